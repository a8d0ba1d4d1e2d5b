/** The store's contract: filters, order and pages. */
import { beforeAll, expect, test } from '@jest/globals';
import {
  ContinuationInvalidError,
  type DocumentStore,
  type Filter,
  type Query,
} from '../../lib/store/port.ts';
import { created, found, type Note, note, somewhere } from './store-notes.ts';

export function describeQueries(store: () => DocumentStore): void {
  const at = somewhere('directory');
  beforeAll(async () => {
    await created(store(), at, note('a', { text: 'apple', count: 1, spec: { cloud: { type: 'aks' } } }));
    await created(store(), at, note('b', { text: 'apricot', count: 2, done: true }));
    await created(store(), at, note('c', { text: 'banana', count: 3, done: false }));
    await created(store(), at, { id: 'd', type: 'other' });
    await created(store(), somewhere('directory'), note('e', { text: 'apple', count: 2 }));
  });

  const cases: readonly { readonly filter: Filter; readonly ids: readonly string[] }[] = [
    { filter: { field: 'text', is: '=', value: 'apple' }, ids: ['a'] },
    { filter: { field: 'count', is: '<', value: 2 }, ids: ['a'] },
    { filter: { field: 'count', is: '<=', value: 2 }, ids: ['a', 'b'] },
    { filter: { field: 'count', is: '>', value: 2 }, ids: ['c'] },
    { filter: { field: 'count', is: '>=', value: 2 }, ids: ['b', 'c'] },
    { filter: { field: 'text', is: 'startsWith', value: 'ap' }, ids: ['a', 'b'] },
    { filter: { field: 'done', is: '=', value: false }, ids: ['c'] },
    { filter: { field: 'spec.cloud.type', is: '=', value: 'aks' }, ids: ['a'] },
    { filter: { field: 'count', is: '>', value: '1' }, ids: [] },
    { filter: { field: 'type', is: '=', value: 'other' }, ids: ['d'] },
    { filter: { field: 'text', is: '=', value: "' OR true --" }, ids: [] },
  ];
  test.each(cases)('$filter.field $filter.is $filter.value', async ({ filter, ids }) => {
    expect(await found(store(), at, filter)).toEqual(ids);
  });

  test('all filters must hold; none means everything of the partition', async () => {
    const apricot: Filter = { field: 'text', is: 'startsWith', value: 'ap' };
    expect(await found(store(), at, apricot, { field: 'count', is: '=', value: 2 })).toEqual(['b']);
    expect(await found(store(), at)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('items come with the etag that a replace needs', async () => {
    const page = await store().query<Note>({
      ...at,
      where: [{ field: 'id', is: '=', value: 'a' }],
      limit: 1,
    });
    expect(page.items).toEqual([await store().read(at, 'a')]);
  });

  test('a limit outside 1..1000 is a bug and throws', async () => {
    await expect(store().query({ ...at, where: [], limit: 0 })).rejects.toBeInstanceOf(RangeError);
    await expect(store().query({ ...at, where: [], limit: 1001 })).rejects.toBeInstanceOf(RangeError);
  });
}

async function pages(store: DocumentStore, query: Query): Promise<readonly (readonly string[])[]> {
  const seen: (readonly string[])[] = [];
  let continuation: string | undefined;
  do {
    const page = await store.query({ ...query, ...(continuation !== undefined && { continuation }) });
    seen.push(page.items.map(({ document }) => document.id));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return seen;
}

const minute = (n: number) => `2026-11-20T18:0${n}:00.000Z`;

export function describePages(store: () => DocumentStore): void {
  const at = somewhere();
  const group = { field: 'text', is: '=', value: 'pages' } as const;
  beforeAll(async () => {
    for (const [index, count] of [3, 1, 4, 2, 2].entries()) {
      await created(store(), at, note(`n${index}`, { text: group.value, nextAttemptAt: minute(count) }));
    }
    await created(store(), somewhere(), note('n5', { text: group.value, nextAttemptAt: minute(0) }));
  });

  test('an ordered query is cut into pages, up and down, ties included', async () => {
    const query = { ...at, where: [group], limit: 2 };
    const up = await pages(store(), { ...query, orderBy: { field: 'nextAttemptAt', direction: 'asc' } });
    const down = await pages(store(), { ...query, orderBy: { field: 'nextAttemptAt', direction: 'desc' } });
    expect(up.flat().filter((id) => id !== 'n3' && id !== 'n4')).toEqual(['n1', 'n0', 'n2']);
    expect(up.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(new Set(up[1]?.concat(up[0] ?? []))).toEqual(new Set(['n0', 'n1', 'n3', 'n4']));
    expect(down.flat().filter((id) => id !== 'n3' && id !== 'n4')).toEqual(['n2', 'n0', 'n1']);
  });

  test('a query without order shows each document once', async () => {
    const seen = (await pages(store(), { ...at, where: [group], limit: 2 })).flat();
    expect([...seen].sort()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  test('a query without a partition looks across all of them, in pages too', async () => {
    const query: Query = { container: 'clusters', where: [group], limit: 4 };
    const seen = (await pages(store(), query)).flat();
    expect([...seen].sort()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
    const ordered = await pages(store(), { ...query, orderBy: { field: 'nextAttemptAt', direction: 'asc' } });
    expect(ordered.flat().slice(0, 2)).toEqual(['n5', 'n1']);
    expect(ordered.flat()).toHaveLength(6);
  });

  test('a document deleted between two pages does not push another off the next page', async () => {
    const here = somewhere();
    for (const id of ['a', 'b', 'c', 'd']) await created(store(), here, note(id));
    const query: Query = { ...here, where: [], orderBy: { field: 'id', direction: 'asc' }, limit: 2 };
    const first = await store().query(query);
    await store().delete(here, 'a');
    const second = await store().query({ ...query, continuation: first.continuation ?? 'missing' });
    expect(second.items.map(({ document }) => document.id)).toEqual(['c', 'd']);
  });

  test.each(['nobody gave this', '%', '\u0000\n', 'ü'])(
    'a continuation like «%s» gives no page',
    async (continuation) => {
      const query: Query = { ...at, where: [group], limit: 2, continuation };
      const page = store().query(query);
      await expect(page).rejects.toBeInstanceOf(ContinuationInvalidError);
    },
  );
}

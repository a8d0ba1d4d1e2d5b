/** Queries: the local Cosmos DB server against the unmodified client. */
import type { FeedOptions, SqlParameter } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CosmosFixture, startFixture, statusOf } from './cosmos-fixture.ts';

let fixture: CosmosFixture;

/** 30 documents q00..q29 in three partitions, Q0..Q2. */
beforeAll(async () => {
  fixture = await startFixture();
  for (let n = 0; n < 30; n++) {
    await fixture.container.items.create({
      id: `q${String(n).padStart(2, '0')}`,
      cid: `Q${n % 3}`,
      n,
      parity: n % 2 ? 'odd' : 'even',
      state: n < 5 ? 'new' : 'ok',
      tags: [`t${n % 4}`],
      spec: { order: 30 - n },
      ...(n < 10 && { due: n }),
    });
  }
});
afterAll(() => fixture.server.close());

async function ask(query: string, options: FeedOptions = {}, parameters: SqlParameter[] = []) {
  return (await fixture.container.items.query({ query, parameters }, options).fetchAll()).resources;
}
const inQ0 = { partitionKey: 'Q0' };

describe('filters', () => {
  test('take parameters', async () => {
    const parameters = [
      { name: '@p', value: 'Q0' },
      { name: '@n', value: 20 },
    ];
    const found = await ask('SELECT VALUE c.n FROM c WHERE c.cid = @p AND c.n > @n', inQ0, parameters);
    expect(found).toEqual([21, 24, 27]);
  });

  test('stay within the partition that was asked', async () => {
    expect(await ask('SELECT * FROM c', inQ0)).toHaveLength(10);
    expect((await fixture.container.items.readAll({ partitionKey: 'Q2' }).fetchAll()).resources).toHaveLength(
      10,
    );
  });

  test('reach across partitions without one', async () => {
    const found = await ask("SELECT VALUE c.n FROM c WHERE c.state = 'new'");
    expect(found.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test.each([
    ['c.n IN (1, 2, 3)', 3],
    ['c.n NOT IN (1, 2, 3)', 27],
    ['c.n BETWEEN 10 AND 12', 3],
    ["ARRAY_CONTAINS(c.tags, 't1')", 8],
    ['NOT IS_DEFINED(c.due)', 20],
    ["CONTAINS(c.id, 'Q1', true)", 10],
    ["STARTSWITH(c.id, 'q0')", 10],
    ["c.id LIKE 'q_9'", 3],
    ["EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 't1')", 8],
    ["c.n > 25 OR c.parity = 'odd' AND c.n < 3", 5],
    ["c.n = '1'", 0],
    ['c.n != 0', 29],
    ['c.nothing != 0', 0],
    ['c.spec.order * 2 - 1 = 59', 1],
    ['c["spec"]["order"] < 3', 2],
    ["c.state = 'a'' OR true'", 0],
  ])('%s finds %i', async (condition, count) => {
    expect(await ask(`SELECT VALUE COUNT(1) FROM c WHERE ${condition}`)).toEqual([count]);
  });
});

describe('projections', () => {
  test('fields, aliases, ??, ?: and functions', async () => {
    const text =
      "SELECT c.id, c.nope ?? 'none' AS v, (c.n > 22 ? 'hi' : 'lo') AS h, UPPER(c.parity) AS u, {\"n\": c.n} AS o " +
      "FROM c WHERE c.id LIKE 'q2%' ORDER BY c.id";
    expect(await ask(text, inQ0)).toEqual([
      { id: 'q21', v: 'none', h: 'lo', u: 'ODD', o: { n: 21 } },
      { id: 'q24', v: 'none', h: 'hi', u: 'EVEN', o: { n: 24 } },
      { id: 'q27', v: 'none', h: 'hi', u: 'ODD', o: { n: 27 } },
    ]);
  });

  test('JOIN makes a row of each element', async () => {
    const found = await ask("SELECT c.id, t FROM c JOIN t IN c.tags WHERE t = 't2'", inQ0);
    expect(found).toEqual([
      { id: 'q06', t: 't2' },
      { id: 'q18', t: 't2' },
    ]);
  });

  test('aggregates', async () => {
    expect(await ask('SELECT VALUE SUM(c.n) FROM c')).toEqual([435]);
    expect(await ask('SELECT VALUE AVG(c.n) FROM c')).toEqual([14.5]);
    expect(await ask('SELECT VALUE MAX(c.n) FROM c', inQ0)).toEqual([27]);
    expect(await ask('SELECT VALUE MIN(c.n) FROM c WHERE c.n > 7')).toEqual([8]);
    expect(await ask('SELECT VALUE COUNT(c.due) FROM c')).toEqual([10]);
    expect(await ask('SELECT VALUE COUNT(1) FROM c WHERE false')).toEqual([0]);
  });

  test('GROUP BY and DISTINCT', async () => {
    const groups = await ask('SELECT c.parity, COUNT(1) AS k FROM c GROUP BY c.parity');
    expect(groups).toEqual([
      { parity: 'even', k: 15 },
      { parity: 'odd', k: 15 },
    ]);
    expect(await ask('SELECT DISTINCT VALUE c.parity FROM c')).toEqual(['even', 'odd']);
  });
});

describe('order', () => {
  const countdown = Array.from({ length: 30 }, (_, index) => 29 - index);

  test('in a partition and across', async () => {
    expect(await ask('SELECT VALUE c.n FROM c ORDER BY c.n DESC')).toEqual(countdown);
    const inQ1 = await ask('SELECT VALUE c.n FROM c ORDER BY c.n DESC', { partitionKey: 'Q1' });
    expect(inQ1).toEqual([28, 25, 22, 19, 16, 13, 10, 7, 4, 1]);
  });

  test('puts what is missing first', async () => {
    const found = await ask('SELECT VALUE c.n FROM c ORDER BY c.due', inQ0);
    expect(found.slice(-4)).toEqual([0, 3, 6, 9]);
  });

  test('OFFSET, LIMIT and TOP', async () => {
    expect(await ask('SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 2 LIMIT 3', inQ0)).toEqual([6, 9, 12]);
    expect(await ask('SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 2 LIMIT 3')).toEqual([2, 3, 4]);
    expect(await ask('SELECT TOP 2 VALUE c.n FROM c ORDER BY c.n', inQ0)).toEqual([0, 3]);
  });

  test('by two properties needs a composite index', async () => {
    const text = 'SELECT VALUE c.n FROM c ORDER BY c.parity ASC, c.n DESC';
    expect(
      await statusOf(
        fixture.container.items
          .query(text, inQ0)
          .fetchAll()
          .then(() => ({ code: 200 })),
      ),
    ).toBe(400);
    const container = await fixture.createContainer({
      id: 'composite',
      partitionKey: '/cid',
      indexingPolicy: {
        compositeIndexes: [
          [
            { path: '/parity', order: 'ascending' },
            { path: '/n', order: 'descending' },
          ],
        ],
      },
    });
    for (const n of [1, 2, 3, 4]) {
      await container.items.create({ id: `${n}`, cid: 'Q0', n, parity: n % 2 ? 'odd' : 'even' });
    }
    expect((await container.items.query(text, inQ0).fetchAll()).resources).toEqual([4, 2, 3, 1]);
  });

  test('by a path that the policy excludes is 400', async () => {
    const container = await fixture.createContainer({
      id: 'sparse',
      partitionKey: '/cid',
      indexingPolicy: { includedPaths: [{ path: '/due/?' }], excludedPaths: [{ path: '/*' }] },
    });
    const status = (field: string) =>
      statusOf(
        container.items
          .query(`SELECT * FROM c ORDER BY c.${field}`, inQ0)
          .fetchAll()
          .then(() => ({ code: 200 })),
      );
    expect([await status('due'), await status('id'), await status('n')]).toEqual([200, 200, 400]);
  });
});

describe('pages', () => {
  test('a continuation token goes on where the page ended', async () => {
    const text = 'SELECT VALUE c.n FROM c';
    const page = (continuationToken?: string) =>
      fixture.container.items
        .query(text, { ...inQ0, maxItemCount: 4, ...(continuationToken && { continuationToken }) })
        .fetchNext();
    const first = await page();
    const second = await page(first.continuationToken);
    const third = await page(second.continuationToken);
    expect([first, second, third].map(({ resources }) => resources)).toEqual([
      [0, 3, 6, 9],
      [12, 15, 18, 21],
      [24, 27],
    ]);
    expect(third.continuationToken).toBeUndefined();
  });

  test('to the end, sorted, grouped and across partitions', async () => {
    const collect = async (text: string, options: FeedOptions) => {
      const iterator = fixture.container.items.query(text, { ...options, maxItemCount: 7 });
      const seen: unknown[] = [];
      while (iterator.hasMoreResults()) seen.push(...((await iterator.fetchNext()).resources ?? []));
      return seen;
    };
    expect(await collect('SELECT * FROM c ORDER BY c.n', { partitionKey: 'Q1' })).toHaveLength(10);
    expect(await collect('SELECT * FROM c', {})).toHaveLength(30);
    expect(await collect('SELECT DISTINCT VALUE c.spec.order FROM c', {})).toHaveLength(30);
    expect(await collect('SELECT * FROM c ORDER BY c.n', { enableQueryControl: true })).toHaveLength(30);
  });
});

test.each(['SELEC nope', 'SELECT * FROM c WHERE', 'SELECT NOSUCH(c.n) FROM c', "SELECT 'open FROM c"])(
  '%s is 400',
  async (text) => {
    const status = statusOf(
      fixture.container.items
        .query(text, inQ0)
        .fetchAll()
        .then(() => ({ code: 200 })),
    );
    expect(await status).toBe(400);
  },
);

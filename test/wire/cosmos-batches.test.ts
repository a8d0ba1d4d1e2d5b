/** Transactional batches, bulk requests and the change feed: the local server against the unmodified client. */
import { BulkOperationType, ChangeFeedStartFrom, type OperationInput } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CosmosFixture, startFixture, statusOf } from './cosmos-fixture.ts';

let fixture: CosmosFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.server.close());

const { Create, Upsert, Replace, Patch, Read, Delete } = BulkOperationType;
const document = (id: string, more = {}) => ({ id, cid: 'T', ...more });
const create = (id: string): OperationInput => ({ operationType: Create, resourceBody: document(id) });

async function run(operations: OperationInput[]) {
  const { code, result } = await fixture.container.items.batch(operations, 'T');
  return { code, statuses: result?.map(({ statusCode }) => statusCode), result };
}

describe('a transactional batch', () => {
  test('writes everything', async () => {
    const { code, statuses, result } = await run([
      create('b1'),
      { operationType: Upsert, resourceBody: document('b2', { n: 1 }) },
      {
        operationType: Patch,
        id: 'b2',
        resourceBody: { operations: [{ op: 'incr', path: '/n', value: 1 }] },
      },
      { operationType: Read, id: 'b1' },
      { operationType: Delete, id: 'b1' },
    ]);
    expect([code, statuses]).toEqual([200, [201, 201, 200, 200, 204]]);
    expect(result?.[3]?.resourceBody).toMatchObject({ id: 'b1', cid: 'T' });
    expect((await fixture.container.item('b2', 'T').read()).resource?.n).toBe(2);
    expect(await statusOf(fixture.container.item('b1', 'T').read())).toBe(404);
  });

  test('writes nothing when one operation fails: 424 for the others', async () => {
    await run([create('taken')]);
    const answer = await run([create('b3'), create('taken'), create('b4')]);
    expect([answer.code, answer.statuses]).toEqual([207, [424, 409, 424]]);
    expect(await statusOf(fixture.container.item('b3', 'T').read())).toBe(404);
  });

  test('keeps what it had changed before the failure', async () => {
    await run([{ operationType: Upsert, resourceBody: document('kept', { n: 1 }) }, create('removed')]);
    const { statuses } = await run([
      { operationType: Upsert, resourceBody: document('kept', { n: 2 }) },
      { operationType: Delete, id: 'removed' },
      {
        operationType: Replace,
        id: 'kept',
        resourceBody: document('kept', { n: 3 }),
        ifMatch: '"stale"',
      },
    ]);
    expect(statuses).toEqual([424, 424, 412]);
    expect((await fixture.container.item('kept', 'T').read()).resource?.n).toBe(1);
    expect(await statusOf(fixture.container.item('removed', 'T').read())).toBe(200);
  });

  test('above 100 operations is refused by the client, above 2 MB by the server with 413', async () => {
    const large = Array.from({ length: 3 }, (_, n) => document(`large${n}`, { text: 'x'.repeat(1_000_000) }));
    const batch = run(large.map((resourceBody) => ({ operationType: Create, resourceBody })));
    await expect(batch).rejects.toMatchObject({ cause: { code: 413 } });
    expect(await statusOf(fixture.container.item('large0', 'T').read())).toBe(404);
  });
});

test('bulk operations each stand for themselves', async () => {
  const upserts = Array.from({ length: 20 }, (_, n) => ({
    operationType: Upsert,
    partitionKey: `K${n % 3}`,
    resourceBody: { id: `k${n}`, cid: `K${n % 3}` },
  }));
  const existing = { operationType: Create, partitionKey: 'K0', resourceBody: { id: 'k0', cid: 'K0' } };
  const results = await fixture.container.items.executeBulkOperations(upserts);
  expect(results.map(({ response }) => response?.statusCode)).toEqual(Array<number>(20).fill(201));
  const [again, other] = await fixture.container.items.executeBulkOperations([
    existing,
    { ...existing, resourceBody: { id: 'new', cid: 'K0' } },
  ]);
  expect(again?.error?.code).toBe(409);
  expect(other?.response?.statusCode).toBe(201);
});

describe('the change feed', () => {
  const read = async (changeFeedStartFrom: ChangeFeedStartFrom) => {
    const container = await fixture.createContainer({ id: 'feed', partitionKey: '/cid' });
    return container.items.getChangeFeedIterator({ maxItemCount: 10, changeFeedStartFrom });
  };
  const put = async (id: string, cid: string) => {
    const container = await fixture.createContainer({ id: 'feed', partitionKey: '/cid' });
    await container.items.upsert({ id, cid });
  };
  beforeAll(async () => {
    for (let n = 0; n < 25; n++) await put(`f${n}`, n % 5 ? 'many' : 'few');
  });

  test('from the beginning shows each document once', async () => {
    const iterator = await read(ChangeFeedStartFrom.Beginning());
    const seen = new Set<string>();
    for (let page = await iterator.readNext(); page.statusCode !== 304; page = await iterator.readNext()) {
      for (const { id } of page.result ?? []) seen.add(id);
    }
    expect(seen.size).toBe(25);
  });

  test('of one partition shows only its documents', async () => {
    const page = await (await read(ChangeFeedStartFrom.Beginning('few'))).readNext();
    expect(page.result?.map(({ id }) => id)).toEqual(['f0', 'f5', 'f10', 'f15', 'f20']);
  });

  test('goes on from a token with what changed since', async () => {
    const nothing = await (await read(ChangeFeedStartFrom.Now('few'))).readNext();
    expect(nothing.statusCode).toBe(304);
    await put('f5', 'few');
    await put('later', 'many');
    const page = await (await read(ChangeFeedStartFrom.Continuation(nothing.continuationToken))).readNext();
    expect(page.result?.map(({ id }) => id)).toEqual(['f5']);
  });
});

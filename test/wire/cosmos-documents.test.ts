/** One document at a time: the local Cosmos DB server against the unmodified client. */
import type { ItemDefinition } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CosmosFixture, ifMatch, startFixture, statusOf } from './cosmos-fixture.ts';

const STALE = '"stale"';
let fixture: CosmosFixture;
const items = () => fixture.container.items;
const item = (id: string, partition: string | number | boolean | null = 'A') =>
  fixture.container.item(id, partition);

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.server.close());

describe('create', () => {
  test('answers 201 with the properties of the service', async () => {
    const { statusCode, resource } = await items().create({ id: 'created', cid: 'A', n: 1, o: { s: [1] } });
    expect(statusCode).toBe(201);
    expect(resource).toEqual({
      id: 'created',
      cid: 'A',
      n: 1,
      o: { s: [1] },
      _rid: expect.any(String),
      _self: expect.stringContaining('/docs/'),
      _etag: expect.stringMatching(/^".+"$/),
      _attachments: 'attachments/',
      _ts: expect.any(Number),
    });
  });

  test('of an existing id is 409; in another partition it is another document', async () => {
    await items().create({ id: 'twice', cid: 'A', n: 1 });
    expect(await statusOf(items().create({ id: 'twice', cid: 'A' }))).toBe(409);
    expect(await statusOf(items().create({ id: 'twice', cid: 'B', n: 2 }))).toBe(201);
    expect((await item('twice', 'B').read()).resource?.n).toBe(2);
    expect((await item('twice').read()).resource?.n).toBe(1);
  });

  test('without an id gets one', async () => {
    const { resource } = await items().create({ cid: 'A' });
    expect(resource?.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('with an id of odd characters can be read again', async () => {
    await items().create({ id: 'a b:c|é', cid: 'A', v: 1 });
    expect((await item('a b:c|é').read()).resource?.v).toBe(1);
  });

  test.each(['a/b', 'a?b', '', 7])('with the id %p is 400', async (id) => {
    // The client refuses such ids itself, so this one request is made by hand.
    const response = await fetch(`${fixture.server.endpoint}dbs/d/colls/c/docs`, {
      method: 'POST',
      headers: { authorization: 'any', 'x-ms-documentdb-partitionkey': '["A"]' },
      body: JSON.stringify({ id, cid: 'A' }),
    });
    expect(response.status).toBe(400);
  });

  test.each([null, 5, true])('with the partition key %s', async (cid) => {
    await items().create({ id: 'key', cid });
    expect((await item('key', cid).read()).statusCode).toBe(200);
  });

  test('without a partition key', async () => {
    expect(await statusOf(items().create({ id: 'keyless' }))).toBe(201);
  });
});

describe('read', () => {
  test('of what is not there is 404, and so is the wrong partition', async () => {
    await items().create({ id: 'read', cid: 'A' });
    const missing = await item('missing').read();
    expect([missing.statusCode, missing.resource]).toEqual([404, undefined]);
    expect((await item('read', 'Q').read()).statusCode).toBe(404);
  });

  test('with the current etag in If-None-Match is 304', async () => {
    const { resource } = await items().create({ id: 'unchanged', cid: 'A' });
    const condition = resource?._etag ?? '';
    const options = { accessCondition: { type: 'IfNoneMatch', condition } };
    expect(await statusOf(item('unchanged').read(options))).toBe(304);
    await items().upsert({ id: 'unchanged', cid: 'A', changed: true });
    expect(await statusOf(item('unchanged').read(options))).toBe(200);
  });

  test('tells charge, activity and session', async () => {
    await items().create({ id: 'told', cid: 'A' });
    const { requestCharge, activityId, headers } = await item('told').read();
    expect(requestCharge).toBe(1);
    expect(activityId).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['x-ms-session-token']).toMatch(/^0:-1#\d+$/);
  });
});

describe('replace', () => {
  test('of what is not there is 404', async () => {
    expect(await statusOf(item('missing').replace({ id: 'missing', cid: 'A' }))).toBe(404);
  });

  test('with the current etag is 200 and makes a new one; with the old one 412', async () => {
    const { resource } = await items().create({ id: 'replaced', cid: 'A', n: 1 });
    const first = resource?._etag ?? '';
    const second = await item('replaced').replace({ id: 'replaced', cid: 'A', n: 2 }, ifMatch(first));
    expect(second.statusCode).toBe(200);
    expect(second.etag).not.toBe(first);
    expect(await statusOf(item('replaced').replace({ id: 'replaced', cid: 'A', n: 3 }, ifMatch(first)))).toBe(
      412,
    );
    expect((await item('replaced').read()).resource?.n).toBe(2);
  });

  test('cannot move a document to another partition', async () => {
    await items().create({ id: 'settled', cid: 'A' });
    expect(await statusOf(item('settled').replace({ id: 'settled', cid: 'B' }))).toBe(400);
  });

  test('of 20 with the same etag exactly one wins', async () => {
    const { resource } = await items().create({ id: 'race', cid: 'A' });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, v) =>
        statusOf(item('race').replace({ id: 'race', cid: 'A', v }, ifMatch(resource?._etag ?? ''))),
      ),
    );
    expect(statuses.sort()).toEqual([200, ...Array<number>(19).fill(412)]);
  });
});

describe('upsert', () => {
  test('creates with 201 and overwrites with 200', async () => {
    expect((await items().upsert({ id: 'u', cid: 'A', n: 1 })).statusCode).toBe(201);
    const second = await items().upsert<ItemDefinition>({ id: 'u', cid: 'A', n: 2 });
    expect([second.statusCode, second.resource?.n]).toEqual([200, 2]);
  });

  test('with an old etag is 412', async () => {
    await items().upsert({ id: 'guarded', cid: 'A' });
    expect(await statusOf(items().upsert({ id: 'guarded', cid: 'A' }, ifMatch(STALE)))).toBe(412);
  });
});

describe('patch', () => {
  beforeAll(() => items().upsert({ id: 'p', cid: 'A', n: 1, arr: [1], gone: 1, r: 1 }));

  test('increments, adds, removes, sets and replaces', async () => {
    const { resource } = await item('p').patch([
      { op: 'incr', path: '/n', value: 4 },
      { op: 'add', path: '/arr/-', value: 2 },
      { op: 'add', path: '/arr/0', value: 0 },
      { op: 'remove', path: '/gone' },
      { op: 'set', path: '/s', value: 'v' },
      { op: 'replace', path: '/r', value: 9 },
    ]);
    expect(resource).toMatchObject({ n: 5, arr: [0, 1, 2], s: 'v', r: 9 });
    expect(resource).not.toHaveProperty('gone');
  });

  test('of a path that is not there is 400 and changes nothing', async () => {
    const before = await item('p').read();
    const operations = [
      { op: 'set' as const, path: '/s', value: 'half' },
      { op: 'replace' as const, path: '/nothing/here', value: 1 },
    ];
    expect(await statusOf(item('p').patch(operations))).toBe(400);
    expect((await item('p').read()).etag).toBe(before.etag);
  });

  test('happens only where its condition holds', async () => {
    const patch = (condition: string) =>
      item('p').patch({ condition, operations: [{ op: 'set', path: '/checked', value: true }] });
    expect(await statusOf(patch('FROM c WHERE c.r = 1000'))).toBe(412);
    expect((await item('p').read()).resource).not.toHaveProperty('checked');
    expect(await statusOf(patch('FROM c WHERE c.r = 9'))).toBe(200);
  });

  test('with an old etag is 412', async () => {
    expect(await statusOf(item('p').patch([{ op: 'set', path: '/s', value: 'no' }], ifMatch(STALE)))).toBe(
      412,
    );
  });
});

describe('delete', () => {
  test('is 204, and 404 from then on', async () => {
    await items().create({ id: 'deleted', cid: 'A' });
    expect(await statusOf(item('deleted').delete())).toBe(204);
    expect(await statusOf(item('deleted').delete())).toBe(404);
  });

  test('with an old etag is 412', async () => {
    await items().create({ id: 'kept', cid: 'A' });
    expect(await statusOf(item('kept').delete(ifMatch(STALE)))).toBe(412);
    expect(await statusOf(item('kept').read())).toBe(200);
  });
});

/** Databases, containers and what containers promise: the local server against the unmodified client. */
import { PartitionKeyDefinitionVersion, PartitionKeyKind } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CosmosFixture, clientOf, startFixture, statusOf } from './cosmos-fixture.ts';

let fixture: CosmosFixture;
let now = Date.parse('2026-11-20T18:35:00.000Z');
beforeAll(async () => {
  fixture = await startFixture({ now: () => now });
});
afterAll(() => fixture.server.close());

describe('databases and containers', () => {
  test('an existing one is 409, and found by createIfNotExists', async () => {
    const { database } = fixture;
    expect(await statusOf(database.containers.create({ id: 'c', partitionKey: '/cid' }))).toBe(409);
    expect(await statusOf(database.containers.createIfNotExists({ id: 'c', partitionKey: '/cid' }))).toBe(
      200,
    );
    expect(await statusOf(clientOf(fixture.server).databases.create({ id: 'd' }))).toBe(409);
  });

  test('are listed, read, changed and deleted', async () => {
    const { database } = fixture;
    const container = await fixture.createContainer({ id: 'brief', partitionKey: '/cid', defaultTtl: 60 });
    await container.items.create({ id: 'a', cid: 'A' });
    const { resource } = await container.read();
    expect(resource).toMatchObject({ id: 'brief', defaultTtl: 60, partitionKey: { paths: ['/cid'] } });
    await container.replace({ id: 'brief', partitionKey: { paths: ['/cid'] }, defaultTtl: 90 });
    expect((await container.read()).resource?.defaultTtl).toBe(90);
    const listed = async () => (await database.containers.readAll().fetchAll()).resources.map(({ id }) => id);
    expect(await listed()).toContain('brief');
    await container.delete();
    expect(await listed()).not.toContain('brief');
    expect(await statusOf(container.read())).toBe(404);
    const again = await fixture.createContainer({ id: 'brief', partitionKey: '/cid' });
    expect((await again.items.readAll().fetchAll()).resources).toEqual([]);
  });

  test('a database goes with all that is in it', async () => {
    const { database } = await clientOf(fixture.server).databases.create({ id: 'gone' });
    await database.containers.create({ id: 'c', partitionKey: '/cid' });
    await database.delete();
    expect(await statusOf(database.container('c').read())).toBe(404);
  });

  test('a container has one feed range', async () => {
    expect(await fixture.container.getFeedRanges()).toHaveLength(1);
  });
});

describe('expiry', () => {
  test("a document lives for its own ttl, else for the container's; -1 is for ever", async () => {
    const container = await fixture.createContainer({ id: 'ttl', partitionKey: '/cid', defaultTtl: 100 });
    await container.items.create({ id: 'own', cid: 'A', ttl: 10 });
    await container.items.create({ id: 'default', cid: 'A' });
    await container.items.create({ id: 'ever', cid: 'A', ttl: -1 });
    const left = async () =>
      (await container.items.readAll().fetchAll()).resources.map(({ id }) => id).sort();
    now += 9_999;
    expect(await left()).toEqual(['default', 'ever', 'own']);
    now += 1;
    expect(await left()).toEqual(['default', 'ever']);
    expect((await container.item('own', 'A').read()).statusCode).toBe(404);
    expect(await statusOf(container.items.create({ id: 'own', cid: 'A' }))).toBe(201);
    now += 90_000;
    expect(await left()).toEqual(['ever', 'own']);
  });

  test('without a default nothing expires; a ttl of 0 is 400', async () => {
    await fixture.container.items.create({ id: 'stays', cid: 'A', ttl: 1 });
    now += 5_000;
    expect((await fixture.container.item('stays', 'A').read()).statusCode).toBe(200);
    expect(await statusOf(fixture.container.items.create({ id: 'zero', cid: 'A', ttl: 0 }))).toBe(400);
  });
});

test('a hierarchical partition key is read in full and queried by its first levels', async () => {
  const container = await fixture.createContainer({
    id: 'hierarchy',
    partitionKey: {
      paths: ['/t', '/u', '/s'],
      kind: PartitionKeyKind.MultiHash,
      version: PartitionKeyDefinitionVersion.V2,
    },
  });
  await container.items.create({ id: '1', t: 'T1', u: 'U1', s: 'S1' });
  await container.items.create({ id: '1', t: 'T1', u: 'U2', s: 'S1' });
  await container.items.create({ id: '1', t: 'T10', u: 'U2', s: 'S1' });
  expect((await container.item('1', ['T1', 'U2', 'S1']).read()).resource?.u).toBe('U2');
  const below = await container.items.query('SELECT * FROM c', { partitionKey: ['T1'] }).fetchAll();
  expect(below.resources).toHaveLength(2);
});

test('a unique key holds within a partition', async () => {
  const container = await fixture.createContainer({
    id: 'unique',
    partitionKey: '/cid',
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/name'] }] },
  });
  await container.items.create({ id: '1', cid: 'A', name: 'n' });
  expect(await statusOf(container.items.create({ id: '2', cid: 'A', name: 'n' }))).toBe(409);
  expect(await statusOf(container.items.create({ id: '2', cid: 'B', name: 'n' }))).toBe(201);
  expect(await statusOf(container.items.upsert({ id: '1', cid: 'A', name: 'n' }))).toBe(200);
});

test('a request without credentials is 401', async () => {
  const response = await fetch(`${fixture.server.endpoint}dbs/d`);
  expect([response.status, await response.json()]).toEqual([
    401,
    { code: 'Unauthorized', message: 'Required Header authorization is missing.' },
  ]);
});

/** The Cosmos DB adapter over the wire, against the local server: the contract, and what only a service can do. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CosmosStore, type CosmosStoreOptions, cosmosClient } from '../../lib/store/cosmos.ts';
import { ensureContainers } from '../../lib/store/cosmos-containers.ts';
import { StoreUnavailableError } from '../../lib/store/port.ts';
import { type CosmosServer, startCosmos } from '../../local/cosmos/index.ts';
import { describeStore } from '../contract/store-contract.ts';

let server: CosmosServer;
let now = Date.parse('2026-11-20T18:35:00.000Z');

beforeAll(async () => {
  server = await startCosmos({ now: () => now });
});
afterAll(() => server.close());

async function aStore(options: CosmosStoreOptions = {}): Promise<CosmosStore> {
  return new CosmosStore(await ensureContainers(cosmosClient(server, 1_000), 'slipway'), options);
}

describeStore('the store on Cosmos DB', async () => ({
  store: await aStore(),
  advance: (ms) => {
    now += ms;
  },
}));

describe('a service in trouble', () => {
  const at = { container: 'clusters', partition: 'trouble' } as const;
  const document = { id: 'a', type: 'note' };

  test.each([429, 408, 449, 503] as const)('%i is unavailable, with its cause', async (status) => {
    const store = await aStore();
    server.refuse(status, { operations: 100, retryAfterMs: 1 });
    const refused = store.upsert(at, document);
    await expect(refused).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(refused).rejects.toMatchObject({ cause: { code: status } });
    await expect(store.batch(at, [{ op: 'upsert', document }])).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.read(at, 'a')).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.query({ ...at, where: [], limit: 1 })).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await store.ping()).toBe(false);
    server.recover();
    expect(await store.ping()).toBe(true);
  });

  test('a short throttle is waited out by the client', async () => {
    const store = await aStore();
    server.throttle({ operations: 1, retryAfterMs: 1 });
    expect((await store.upsert(at, document)).etag).toMatch(/^".+"$/);
  });

  test('a lost answer is unavailable although the write happened', async () => {
    const store = await aStore();
    server.loseAnswers(1);
    const lost = store.create(at, { ...document, id: 'lost' });
    await expect(lost).rejects.toBeInstanceOf(StoreUnavailableError);
    expect((await store.read(at, 'lost'))?.document).toEqual({ id: 'lost', type: 'note' });
  });

  test('a server that is gone is unavailable', async () => {
    const gone = await startCosmos();
    const database = await ensureContainers(cosmosClient(gone, 500), 'slipway');
    await gone.close();
    const store = new CosmosStore(database, { timeoutMs: 500 });
    await expect(store.read(at, 'a')).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await store.ping()).toBe(false);
  });
});

describe('broken wiring is no weather', () => {
  test('a container that was never created is thrown as it came, not taken for an absent document', async () => {
    const store = new CosmosStore(cosmosClient(server, 1_000).database('nothing'));
    const at = { container: 'clusters', partition: 'p' } as const;
    await expect(store.replace(at, { id: 'a', type: 'note' }, '"1"')).rejects.toMatchObject({ code: 404 });
    await expect(store.read(at, 'a')).rejects.toMatchObject({ code: 404, substatus: 1003 });
    expect(await store.ping()).toBe(false);
  });

  test('a sort by a path that is not indexed is refused', async () => {
    const store = await aStore();
    const query = {
      container: 'clusters',
      partition: 'p',
      where: [],
      orderBy: { field: 'name', direction: 'asc' },
      limit: 1,
    } as const;
    await expect(store.query(query)).rejects.toMatchObject({ code: 400 });
  });
});

test('each call reports its charge, refused ones too', async () => {
  const charges: [string, number][] = [];
  const store = await aStore({
    onCharge: (requestUnits, operation) => charges.push([operation, requestUnits]),
  });
  const at = { container: 'audit', partition: 'charges' } as const;
  await store.create(at, { id: 'a', type: 'note' });
  await store.create(at, { id: 'a', type: 'note' });
  await store.read(at, 'a');
  await store.batch(at, [
    { op: 'upsert', document: { id: 'a', type: 'note' } },
    { op: 'create', document: { id: 'b', type: 'note' } },
  ]);
  await store.delete(at, 'b');
  await store.query({ ...at, where: [{ field: 'id', is: '=', value: 'nothing' }], limit: 1 });
  expect(charges).toEqual([
    ['audit.create', 5],
    ['audit.create', 1],
    ['audit.read', 1],
    ['audit.batch', 15],
    ['audit.delete', 5],
    ['audit.query', 2.8],
  ]);
});

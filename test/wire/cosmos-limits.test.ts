/** What the local Cosmos DB server charges, limits, survives and can be told to do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCosmos } from '../../local/cosmos/index.ts';
import { type CosmosFixture, clientOf, startFixture, statusOf } from './cosmos-fixture.ts';

let fixture: CosmosFixture;
let now = Date.parse('2026-11-20T18:35:00.000Z');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cosmos-'));
  fixture = await startFixture({ now: () => now });
});
afterAll(async () => {
  await fixture.server.close();
  await rm(folder, { recursive: true });
});

describe('size', () => {
  test('a document above 2 MB is 413, one just below is stored', async () => {
    const sized = (bytes: number) => {
      const rest = JSON.stringify({ id: 'sized', cid: 'A', text: '' }).length;
      return { id: 'sized', cid: 'A', text: 'x'.repeat(bytes - rest) };
    };
    expect(await statusOf(fixture.container.items.create(sized(2 * 1024 * 1024 + 1)))).toBe(413);
    expect(await statusOf(fixture.container.items.create(sized(2 * 1024 * 1024)))).toBe(201);
  });

  test('a request far above it is read to its end and answered', async () => {
    const text = 'x'.repeat(8_000_000);
    expect(await statusOf(fixture.container.items.create({ id: 'huge', cid: 'A', text }))).toBe(413);
  });
});

test('charges follow the size of the document', async () => {
  const { items } = fixture.container;
  const hundred = { id: 'charged', cid: 'A', text: 'x'.repeat(100 * 1024 - 36) };
  expect(JSON.stringify(hundred)).toHaveLength(100 * 1024);
  expect((await items.create(hundred)).requestCharge).toBe(50);
  expect((await fixture.container.item('charged', 'A').read()).requestCharge).toBe(10);
  expect((await items.upsert(hundred)).requestCharge).toBe(100);
  expect((await fixture.container.item('charged', 'A').delete()).requestCharge).toBe(50);
  expect((await fixture.container.item('charged', 'A').read()).requestCharge).toBe(1);
});

describe('throttling', () => {
  const read = () => fixture.container.item('x', 'T').read();

  test('refuses as many operations as asked, with the time to wait', async () => {
    fixture.server.throttle({ operations: 2, retryAfterMs: 250 });
    await expect(read()).rejects.toMatchObject({ code: 429, substatus: 3200, retryAfterInMs: 250 });
    expect(await statusOf(read())).toBe(429);
    expect(await statusOf(read())).toBe(404);
  });

  test('refuses for as long as asked, and tells how long that is', async () => {
    fixture.server.throttle({ seconds: 5 });
    now += 2_000;
    await expect(read()).rejects.toMatchObject({ code: 429, retryAfterInMs: 3_000 });
    now += 3_000;
    expect(await statusOf(read())).toBe(404);
  });

  test('a limit of request units per second lets a second overdraw and makes the next ones pay', async () => {
    const limited = await startFixture({ requestUnitsPerSecond: 10, now: () => now });
    const create = (id: string) => limited.container.items.create({ id, cid: 'A' });
    for (const id of ['a', 'b']) expect((await create(id)).requestCharge).toBe(5);
    await expect(create('c')).rejects.toMatchObject({ code: 429, retryAfterInMs: 1_000 });
    now += 1_000;
    await limited.container.items.upsert({ id: 'a', cid: 'A', text: 'x'.repeat(10_000) });
    await expect(create('c')).rejects.toMatchObject({ code: 429, retryAfterInMs: 1_000 });
    now += 999;
    expect(await statusOf(create('c'))).toBe(429);
    now += 1;
    expect(await statusOf(create('c'))).toBe(201);
    await limited.server.close();
  });
});

async function startChild(
  file: string,
): Promise<{ readonly child: ChildProcess; readonly endpoint: string }> {
  const script = fileURLToPath(new URL('cosmos-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, endpoint: String(line).trim() };
}

test('what was answered survives a kill -9', async () => {
  const file = path.join(folder, 'killed.sqlite');
  const { child, endpoint } = await startChild(file);
  const { database } = await clientOf({ endpoint, key: fixture.server.key }).databases.create({ id: 'd' });
  const { container } = await database.containers.create({ id: 'c', partitionKey: '/cid' });
  const etags = new Map<string, string>();
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let n = 0; ; n++) {
      const { etag } = await container.items.create({ id: `${writer}-${n}`, cid: 'A' });
      etags.set(`${writer}-${n}`, etag);
      if (etags.size === 40) child.kill('SIGKILL');
    }
  });
  await Promise.all([once(child, 'exit'), Promise.allSettled(writers)]);

  const server = await startCosmos({ file });
  const survivor = clientOf(server).database('d').container('c');
  const { resources } = await survivor.items.readAll().fetchAll();
  const kept = new Map(resources.map(({ id, _etag }) => [id, _etag]));
  expect(etags.size).toBeGreaterThanOrEqual(40);
  for (const [id, etag] of etags) expect(kept.get(id)).toBe(etag);
  expect((await survivor.items.create({ id: 'after', cid: 'A' })).statusCode).toBe(201);
  await server.close();
});

test('several run side by side, each with data of its own', async () => {
  const other = await startFixture();
  await other.container.items.create({ id: 'mine', cid: 'A' });
  expect(other.server.port).not.toBe(fixture.server.port);
  expect(await statusOf(fixture.container.item('mine', 'A').read())).toBe(404);
  await other.server.close();
});

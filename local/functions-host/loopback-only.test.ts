import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { expect, test } from '@jest/globals';
import { keepOnLoopback } from './loopback-only.ts';

async function addressOf(server: Server): Promise<unknown> {
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? address?.address : address;
}

test('confines a server that names no interface, and hands it to the caller', async () => {
  const server = createServer();
  const opened = await keepOnLoopback(async () => void server.listen(() => {}));

  expect(await addressOf(server)).toBe('127.0.0.1');
  expect(opened).toEqual([server]);
});

test('confines nothing afterwards', async () => {
  await keepOnLoopback(async () => {});
  expect(await addressOf(createServer().listen(0))).not.toBe('127.0.0.1');
});

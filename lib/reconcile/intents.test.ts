/** Protocol rule 8: a create that may have happened is remembered before it is sent. */
import { expect, test } from '@jest/globals';
import { aCluster, NOON_MS } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import type { ClusterDocument, Intent } from '../domain/cluster.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { clusterAddress } from './event-log.ts';
import { ClaimUnknownError, claim, type Held } from './intents.ts';

const QUIET_MS = 180_000;
const LOOK = '2026-11-20T12:00:00.000Z';

async function aPass(intents: Readonly<Record<string, Intent>> = {}) {
  const { store } = someDeps();
  const cluster = aCluster({ intents, revision: 7 });
  await store.create(clusterAddress(cluster.id), cluster);
  const read = async () => {
    const stored = await store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id);
    if (!stored) throw new Error('It is gone');
    return stored;
  };
  const { document, etag } = await read();
  const held: Held = { document, etag };
  return { store, held, read, claims: { store, held, lookMs: NOON_MS, quietMs: QUIET_MS } };
}

test('fresh claims are committed together, and the pass builds on what was committed', async () => {
  const { claims, held, read } = await aPass();
  expect(await claim(claims, ['vm#0', 'vm#1'])).toEqual({ waitFor: new Map() });
  const stored = await read();
  expect(stored.document).toEqual(
    aCluster({ revision: 8, intents: { 'vm#0': { at: LOOK }, 'vm#1': { at: LOOK } } }),
  );
  expect(held).toEqual(stored);
});

test('an open claim is waited for until a quiet time after it, and nothing is written for it', async () => {
  const { claims, read } = await aPass({ 'vm#0': { at: '2026-11-20T11:59:00.000Z' } });
  expect(await claim(claims, ['vm#0'])).toEqual({ waitFor: new Map([['vm#0', 120_000]]) });
  expect((await read()).document.revision).toBe(7);
});

test('beside one that waits another may go', async () => {
  const { claims, read } = await aPass({ 'vm#0': { at: '2026-11-20T11:57:00.001Z' } });
  expect(await claim(claims, ['vm#0', 'vm#1'])).toEqual({ waitFor: new Map([['vm#0', 1]]) });
  expect((await read()).document.intents).toEqual({
    'vm#0': { at: '2026-11-20T11:57:00.001Z' },
    'vm#1': { at: LOOK },
  });
});

test('after the quiet time the create may be sent again', async () => {
  const { claims, read } = await aPass({ 'vm#0': { at: '2026-11-20T11:57:00.000Z' } });
  expect(await claim(claims, ['vm#0'])).toEqual({ waitFor: new Map() });
  expect((await read()).document.intents).toEqual({ 'vm#0': { at: LOOK } });
});

test('somebody else wrote the document: nothing may be created', async () => {
  const { claims, held, store, read } = await aPass();
  const before = { ...held };
  const changed: ClusterDocument = { ...held.document, revision: 9 };
  await store.replace(clusterAddress(changed.id), changed, held.etag);
  expect(await claim(claims, ['vm#0'])).toBeUndefined();
  expect(held).toEqual(before);
  expect((await read()).document.revision).toBe(9);
});

test('a store that does not say whether it wrote ends the pass; a bug stays a bug', async () => {
  const { claims, store } = await aPass();
  const answering = (error: Error) =>
    claim({ ...claims, store: Object.assign(store, { replace: () => Promise.reject(error) }) }, ['vm#0']);
  const silence = new StoreUnavailableError('no answer');
  await expect(answering(silence)).rejects.toThrow(ClaimUnknownError);
  await expect(answering(silence)).rejects.toMatchObject({ cause: silence });
  await expect(answering(new TypeError('a bug'))).rejects.toThrow(TypeError);
});

import { expect, test } from '@jest/globals';
import { storeAccount } from '../../test/builders/account.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import type { LedgerEntry } from '../domain/cluster.ts';
import { fail, ok } from '../domain/errors.ts';
import { listResources } from './resources.ts';

const row = (id: string, state: string): LedgerEntry => ({
  kind: 'K',
  id,
  name: id,
  role: 'r',
  origin: 'created',
  state,
});
const cluster = aCluster({ ledger: { 'aks/cluster': [row('/A', 'Succeeded')] } });

async function deps(answer: FakeAnswer) {
  const made = someDeps();
  await storeAccount(made);
  Object.assign(made.cloud, { liveResources: async () => answer });
  return made;
}

type FakeAnswer = ReturnType<typeof ok<readonly LedgerEntry[]>> | ReturnType<typeof fail>;

test('the ledger and what the cloud has now, once each', async () => {
  const live = ok([row('/a', 'Exists'), row('/B', 'Ready')]);
  expect(await listResources(await deps(live), cluster)).toEqual({
    items: [row('/A', 'Succeeded'), row('/B', 'Ready')],
    warnings: [],
  });
});

test('the ledger alone, and a warning, when the cloud does not answer', async () => {
  const silent = fail({ code: 'Unavailable', message: 'ServerBusy', source: 'test' });
  expect(await listResources(await deps(silent), cluster)).toMatchObject({
    items: [row('/A', 'Succeeded')],
    warnings: [{ code: 'NOT_VERIFIED', message: expect.stringContaining('ServerBusy') }],
  });
});

test('nothing is asked before anything can exist', async () => {
  const silent = fail({ code: 'Unavailable', message: 'ServerBusy', source: 'test' });
  expect(await listResources(await deps(silent), aCluster())).toEqual({ items: [], warnings: [] });
});

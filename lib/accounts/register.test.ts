import { beforeEach, describe, expect, test } from '@jest/globals';
import { anAccount, CLIENT, storeAccount, TENANT } from '../../test/builders/account.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { reserveName } from '../clusters/directory.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Outcome } from '../domain/refusal.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { accountAccess } from './access.ts';
import { changeAccount, registerAccount } from './register.ts';
import { removeAccount } from './remove.ts';
import type { NewAccount } from './schema.ts';
import { readAccount } from './store.ts';

const input: NewAccount = {
  name: 'azure-demo',
  type: 'azure',
  tenantId: TENANT,
  clientId: CLIENT,
  clientSecret: 's3cret',
};
const at = { project: 'default', name: 'azure-demo' };

function codes(outcome: Outcome<unknown>): readonly string[] {
  if (outcome.ok || outcome.refusal.kind !== 'invalid') return [];
  return outcome.refusal.findings.map((finding) => finding.code);
}

async function storeCluster(deps: TestDeps): Promise<void> {
  const cluster = aCluster();
  await reserveName(deps, cluster);
  await deps.store.create(clusterAddress(cluster.id), cluster);
}

let deps: TestDeps;
beforeEach(() => {
  deps = someDeps();
});

describe('registering', () => {
  test('[A116, A117] the secret is in the secret store and nowhere else', async () => {
    const outcome = await registerAccount(deps, 'default', input);
    expect(outcome.ok).toBe(true);
    expect((await accountAccess(deps, 'default', 'azure-demo'))?.secret.reveal()).toBe('s3cret');
    const stored = await readAccount(deps, 'default', 'azure-demo');
    expect(JSON.stringify(stored)).not.toContain('s3cret');
    expect(stored?.document.settings).toEqual({ tenantId: TENANT, clientId: CLIENT });
  });

  test('[A118] credentials that Entra refuses are never stored', async () => {
    deps.probe.accepted = new Set(['another']);
    const outcome = await registerAccount(deps, 'default', input);
    expect(codes(outcome)).toEqual(['CREDENTIALS_REJECTED']);
    expect(deps.secrets.values.size).toBe(0);
    expect(await readAccount(deps, 'default', 'azure-demo')).toBeUndefined();
  });

  test('a second account of the name leaves the first with its secret', async () => {
    await registerAccount(deps, 'default', input);
    const second = await registerAccount(deps, 'default', { ...input, clientSecret: 'other' });
    expect(codes(second)).toEqual(['NAME_TAKEN']);
    expect((await accountAccess(deps, 'default', 'azure-demo'))?.secret.reveal()).toBe('s3cret');
    expect(deps.secrets.values.size).toBe(1);
  });
});

describe('changing', () => {
  beforeEach(() => storeAccount(deps));

  test('[A116] an empty secret is an unchanged one', async () => {
    const outcome = await changeAccount(deps, at, { clientSecret: '' });
    expect(outcome).toMatchObject({ ok: true, value: { changed: false, document: { generation: 1 } } });
    expect((await accountAccess(deps, 'default', 'azure-demo'))?.secret.reveal()).toBe('s3cret');
  });

  test('a new secret replaces the old one and wakes the clusters that use the account', async () => {
    await storeCluster(deps);
    deps.time.nowMs += 60_000;
    const outcome = await changeAccount(deps, at, { clientSecret: 'n3w' });
    expect(outcome).toMatchObject({
      ok: true,
      value: { changed: true, document: { generation: 2, lastRotatedAt: '2026-11-20T12:01:00.000Z' } },
    });
    expect([...deps.secrets.values.values()].map((secret) => secret.reveal())).toEqual(['n3w']);
    const cluster = await deps.store.read<ClusterDocument>(clusterAddress(aCluster().id), aCluster().id);
    expect(cluster?.document).toMatchObject({
      generation: 1,
      wake: 2,
      nextAttemptAt: '2026-11-20T12:01:00.000Z',
    });
    expect(deps.queue.sent.map(({ message }) => message.wake)).toEqual([2]);
  });

  test('refused credentials leave the account as it was', async () => {
    deps.probe.accepted = new Set(['s3cret']);
    expect(codes(await changeAccount(deps, at, { clientSecret: 'wrong' }))).toEqual(['CREDENTIALS_REJECTED']);
    expect((await accountAccess(deps, 'default', 'azure-demo'))?.secret.reveal()).toBe('s3cret');
  });

  test('[A121] a tenant name is added and taken away', async () => {
    const added = await changeAccount(deps, at, { tenantName: 'contoso' });
    expect(added).toMatchObject({ value: { document: { settings: { tenantName: 'contoso' } } } });
    const removed = await changeAccount(deps, at, { tenantName: null });
    expect(removed).toMatchObject({
      value: { document: { generation: 3, settings: { tenantId: TENANT, clientId: CLIENT } } },
    });
  });

  test('a read can be sent back; another name or type is refused', async () => {
    const same = await changeAccount(deps, at, {
      name: 'azure-demo',
      type: 'azure',
      generation: 9,
      hasSecret: true,
    });
    expect(same).toMatchObject({ ok: true, value: { changed: false, document: { generation: 1 } } });
    expect(codes(await changeAccount(deps, at, { name: 'b', type: 'aws' }))).toEqual([
      'FIELD_IMMUTABLE',
      'FIELD_IMMUTABLE',
    ]);
  });

  test('a stale If-Match changes nothing', async () => {
    const outcome = await changeAccount(deps, { ...at, ifGeneration: 7 }, { tenantName: 'contoso' });
    expect(outcome).toEqual({ ok: false, refusal: { kind: 'stale', generation: 1 } });
  });
});

describe('removing', () => {
  beforeEach(() => storeAccount(deps));

  test('takes the secret along', async () => {
    expect((await removeAccount(deps, at)).ok).toBe(true);
    expect(await readAccount(deps, 'default', 'azure-demo')).toBeUndefined();
    expect(deps.secrets.values.size).toBe(0);
  });

  test('is refused while a cluster uses it', async () => {
    await storeCluster(deps);
    const outcome = await removeAccount(deps, at);
    expect(codes(outcome)).toEqual(['ACCOUNT_IN_USE']);
    expect(await readAccount(deps, 'default', 'azure-demo')).toMatchObject({ document: anAccount() });
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { anAccount, storeAccount } from '../../test/builders/account.ts';
import { aProfile } from '../../test/builders/cluster.ts';
import { aCloudInput, aClusterInput, aPoolInput, withCloud } from '../../test/builders/cluster-input.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import type { Outcome } from '../domain/refusal.ts';
import { addProfile } from '../profiles/store.ts';
import { createCluster } from './create.ts';
import { readEntry } from './directory.ts';
import { findCluster } from './read.ts';

let deps: TestDeps;
beforeEach(async () => {
  deps = someDeps();
  await storeAccount(deps);
  await addProfile(deps, 'default', aProfile());
});

function create(raw: unknown, strict = false) {
  return createCluster(deps, { project: 'default', who: 'me', raw, strict });
}

function codes(outcome: Outcome<unknown>): readonly string[] {
  if (outcome.ok || outcome.refusal.kind !== 'invalid') return [];
  return outcome.refusal.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ path, code }) => `${path} ${code}`);
}

const nothingStored = async () => expect(await readEntry(deps, 'default', 'shop')).toBeUndefined();

describe('a good request', () => {
  test('[A1, A8] keeps a snapshot of the profile and is due at once', async () => {
    const outcome = await create(aClusterInput());
    expect(outcome).toMatchObject({
      ok: true,
      value: {
        document: { generation: 1, wake: 1, nextAttemptAt: '2026-11-20T12:00:00.000Z', createdBy: 'me' },
      },
    });
    const stored = await findCluster(deps, 'default', 'shop');
    expect(stored?.profile).toEqual(aProfile());
    expect(deps.queue.sent.map(({ message }) => message.wake)).toEqual([1]);
  });

  test('[A17, A147] gets one system pool in all zones when it names no pools', async () => {
    const { pools: _, ...input } = aClusterInput();
    await create(input);
    const stored = await findCluster(deps, 'default', 'shop');
    expect(stored?.spec.pools).toMatchObject([{ name: 'system', system: true, zones: ['1', '2', '3'] }]);
  });

  test('[A151] a pool that is named stays regional unless it names zones', async () => {
    await create(aClusterInput({ pools: [aPoolInput(), aPoolInput({ name: 'more', zones: [] })] }));
    const stored = await findCluster(deps, 'default', 'shop');
    expect(stored?.spec.pools.map(({ zones }) => zones)).toEqual([[], []]);
  });

  test('what the cloud cannot say in time is a warning', async () => {
    deps.cloud.zones = undefined;
    const { pools: _, ...input } = aClusterInput();
    const outcome = await create(input, true);
    expect(outcome.ok && outcome.value.warnings.map(({ code, path }) => `${path} ${code}`)).toContain(
      '/pools/0/zones NOT_VERIFIED',
    );
    expect((await findCluster(deps, 'default', 'shop'))?.spec.pools[0]?.zones).toEqual([]);
  });

  test('[A110] a short quota is a warning, and an error only when strict is asked for', async () => {
    deps.cloud.findings = [{ severity: 'warning', code: 'QUOTA_SHORT', path: '/pools/0', message: 'short' }];
    expect(codes(await create(aClusterInput(), true))).toEqual(['/pools/0 QUOTA_SHORT']);
    await nothingStored();
    const outcome = await create(aClusterInput());
    expect(outcome.ok && outcome.value.warnings.map(({ code }) => code)).toContain('QUOTA_SHORT');
  });
});

describe('a bad request stores nothing', () => {
  test('[A1, A113] without a profile, and with one that does not exist', async () => {
    const { profile: _, ...input } = aClusterInput();
    expect(codes(await create(input))).toEqual(['/profile PROFILE_REQUIRED']);
    const unknown = aClusterInput({ profile: { name: 'aks-base', version: '9.9.9' } });
    expect(codes(await create(unknown))).toEqual(['/profile PROFILE_NOT_FOUND']);
    const path = aClusterInput({ profile: { name: '../../etc', version: 'a/b' } });
    expect(codes(await create(path))).toEqual(['/profile PROFILE_NOT_FOUND']);
    await nothingStored();
  });

  test('[A9] with a profile that is made for another cloud', async () => {
    await addProfile(deps, 'default', aProfile({ name: 'aws-base', cloudType: 'aws' }));
    const outcome = await create(aClusterInput({ profile: { name: 'aws-base', version: '1.0.0' } }));
    expect(codes(outcome)).toEqual(['/profile PROFILE_CLOUD_MISMATCH']);
    expect(!outcome.ok && JSON.stringify(outcome.refusal)).toMatch(
      /made for aws, the cluster is of type aks/,
    );
  });

  test('[A5, A7] with a profile that makes no cluster', async () => {
    const layers = aProfile().layers.filter(({ layer }) => layer !== 'csi');
    await addProfile(deps, 'default', aProfile({ name: 'half', layers }));
    const outcome = await create(aClusterInput({ profile: { name: 'half', version: '1.0.0' } }));
    expect(codes(outcome)).toEqual(['/profile PROFILE_LAYER_MISSING']);
    await nothingStored();
  });

  test('[A16, A112, A125] with an account that is not the project’s, or of another kind', async () => {
    await storeAccount(deps, anAccount({ name: 'aws-demo', accountType: 'aws' }));
    await storeAccount(deps, anAccount({ name: 'foreign', project: 'other' }));
    const withAccount = (account: string) => create(aClusterInput({ cloud: aCloudInput({ account }) }));
    expect(codes(await withAccount('aws-demo'))).toEqual(['/cloud/account CLOUD_ACCOUNT_TYPE']);
    expect(codes(await withAccount('foreign'))).toEqual(['/cloud/account CLOUD_ACCOUNT_NOT_FOUND']);
    await nothingStored();
  });

  test('[A12] with a taken name, beside everything else that is wrong', async () => {
    await create(aClusterInput());
    const outcome = await create(aClusterInput({ tags: { azure: 'x' }, packOverrides: { nothing: {} } }));
    expect(codes(outcome).toSorted()).toEqual([
      '/name NAME_TAKEN',
      '/packOverrides/nothing PACK_NOT_IN_PROFILE',
      '/tags/azure TAG_RESERVED',
    ]);
  });

  test('[A130, A155] with a key and an instance type that are both wrong: one answer says so', async () => {
    deps.cloud.findings = [
      {
        severity: 'error',
        code: 'INSTANCE_TYPE_UNAVAILABLE',
        path: '/pools/0/instanceType',
        message: 'no such size',
      },
    ];
    expect(codes(await create(withCloud({ sshPublicKey: 'ssh-rsa nonsense' })))).toEqual([
      '/cloud/sshPublicKey SSH_KEY_INVALID',
      '/pools/0/instanceType INSTANCE_TYPE_UNAVAILABLE',
    ]);
  });

  test('with an account, region, subscription or group that is wrong: the cloud is not asked', async () => {
    for (const field of ['account', 'region', 'subscriptionId', 'resourceGroup']) {
      await create(withCloud({ [field]: '' }));
    }
    expect(deps.cloud.verified).toEqual([]);
  });

  test('[A138] with a network that has no name: the cloud is asked about the rest', async () => {
    const outcome = await create(withCloud({ placement: { mode: 'static', controlPlaneSubnet: 'a' } }));
    expect(codes(outcome)).toEqual([
      '/cloud/placement/virtualNetwork VNET_REQUIRED',
      '/cloud/placement/workerSubnet WORKER_SUBNET_REQUIRED',
    ]);
    expect(deps.cloud.verified[0]?.spec.cloud.placement).toEqual({ mode: 'dynamic' });
  });

  test('[A178, A180] with control-plane values that AKS does not know', async () => {
    const overrides = {
      'kubernetes-aks': {
        managedControlPlane: { sku: 'free', autoUpgradeProfile: { upgradeChannel: 'weekly' } },
      },
    };
    expect(codes(await create(aClusterInput({ packOverrides: overrides }))).toSorted()).toEqual([
      '/packOverrides/kubernetes-aks/managedControlPlane/autoUpgradeProfile/upgradeChannel UPGRADE_CHANNEL_INVALID',
      '/packOverrides/kubernetes-aks/managedControlPlane/sku SKU_INVALID',
    ]);
  });

  test('[A129] with what only the cloud knows to be wrong', async () => {
    deps.cloud.findings = [
      { severity: 'error', code: 'RESOURCE_GROUP_NOT_FOUND', path: '/cloud/resourceGroup', message: 'none' },
    ];
    expect(codes(await create(aClusterInput()))).toEqual(['/cloud/resourceGroup RESOURCE_GROUP_NOT_FOUND']);
    await nothingStored();
    expect(deps.queue.sent).toEqual([]);
  });
});

/** The whole way of an AKS cluster, and what owners see when something goes wrong on it. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { adminKubeconfig } from '../../lib/clusters/question.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { DEMO_ACCOUNT } from '../../local/clouds/azure/seed.ts';
import { storeAccount } from '../builders/account.ts';
import { aPool } from '../builders/cluster.ts';
import { ACCOUNT, aWorld, cloud, makeNetwork, system, type World } from './aks-fixture.ts';
import { runNext } from './pass-fixture.ts';

let world: World;

async function failure(): Promise<string | undefined> {
  return (await world.read())?.conditions.find(({ status }) => status === 'Failed')?.reason;
}

beforeEach(async () => {
  world = await aWorld();
});

describe('an AKS cluster on the simulated Azure', () => {
  test('[A131] is created with one PUT and few looks, tagged everywhere', async () => {
    const passes = await world.converge();
    expect(world.calls(/^PUT/)).toHaveLength(1);
    expect(passes).toBeLessThanOrEqual(12);
    const tagged = world.azure.inventory().filter(({ tags }) => tags?.department === 'finance');
    expect(tagged.map(({ kind }) => kind)).toContain(
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
    );
    const document = await world.read();
    expect(document?.conditions.map(({ type, status }) => `${type} ${status}`)).toEqual([
      'CheckingAccount Succeeded',
      'CreatingInfrastructure Succeeded',
      'AddingControlPlaneNode Succeeded',
      'AddingWorkerNode Succeeded',
      'InstallingNetwork Succeeded',
      'InstallingStorage Succeeded',
    ]);
  });

  test('[A46, A47, A247] is scaled, gets a pool, has its nodes replaced one by one, and loses the pool', async () => {
    await world.converge();
    const gpu = aPool({
      name: 'gpu',
      system: false,
      size: 1,
      instanceType: 'Standard_NC4as_T4_v3',
      zones: [],
    });
    const shape = () =>
      world.azure
        .clusters()
        .flatMap(({ id }) => world.azure.machines(id))
        .map(({ instanceType }) => instanceType)
        .sort();
    await world.change([{ ...system, size: 3 }, gpu]);
    await world.converge();
    expect(shape()).toEqual(
      ['Standard_D2s_v5', 'Standard_D2s_v5', 'Standard_D2s_v5', 'Standard_NC4as_T4_v3'].sort(),
    );
    await world.change([{ ...system, size: 2, instanceType: 'Standard_D4s_v5' }, gpu]);
    await world.converge();
    expect(shape()).toEqual(['Standard_D4s_v5', 'Standard_D4s_v5', 'Standard_NC4as_T4_v3']);
    await world.change([{ ...system, size: 2, instanceType: 'Standard_D4s_v5' }]);
    await world.converge();
    expect(shape()).toEqual(['Standard_D4s_v5', 'Standard_D4s_v5']);
  });

  test('[A92] a quota that is too low is shown, and the cluster comes up once it is raised', async () => {
    const fault = world.azure.addFault({ fault: 'quota', name: 'cores', limit: 2 });
    await runNext(world.deps);
    const failed = (await world.read())?.conditions.find(({ type }) => type === 'CreatingInfrastructure');
    expect([failed?.status, failed?.reason]).toEqual(['Failed', 'QuotaExceeded']);
    world.azure.removeFault(fault.id);
    await world.converge();
    expect((await world.read())?.conditions.every(({ status }) => status === 'Succeeded')).toBe(true);
  });

  test('[A90, A91] capacity that is missing comes late, is shown in Azure’s words, and attempts go on', async () => {
    const fault = world.azure.addFault({ fault: 'capacity', instanceType: 'Standard_D2s_v5', available: 0 });
    const infrastructure = async () =>
      (await world.read())?.conditions.find(({ type }) => type === 'CreatingInfrastructure');
    for (let passes = 0; (await infrastructure())?.status !== 'Failed'; passes += 1) {
      if (passes > 20) throw new Error(`never Failed: ${JSON.stringify(await infrastructure())}`);
      await runNext(world.deps);
    }
    expect((await infrastructure())?.reason).toBe('CapacityUnavailable');
    expect((await infrastructure())?.message).toMatch(/AllocationFailed: /);
    world.azure.removeFault(fault.id);
    await world.converge();
    expect(world.calls(/^PUT/)).toHaveLength(2);
  });

  test('a size that has no capacity may be changed before the cluster ever came up', async () => {
    world.azure.addFault({ fault: 'capacity', instanceType: 'Standard_D2s_v5', available: 0 });
    for (let passes = 0; (await failure()) === undefined; passes += 1) {
      if (passes > 20) throw new Error('never Failed');
      await runNext(world.deps);
    }
    await world.change([{ ...system, instanceType: 'Standard_D4s_v5' }]);
    await world.converge();
    expect(
      world.azure
        .clusters()
        .flatMap(({ id }) => world.azure.machines(id))
        .map((one) => one.instanceType),
    ).toEqual(['Standard_D4s_v5', 'Standard_D4s_v5']);
  });

  test('[A136] Azure Policy is switched on in place by the profile’s own value', async () => {
    await world.converge();
    await world.change([system], {
      packOverrides: {
        'kubernetes-aks': { managedControlPlane: { addonProfiles: { azurepolicy: { enabled: true } } } },
      },
    });
    await world.converge();
    expect(world.calls(/^PUT/)).toHaveLength(2);
    await world.change([system], { description: 'nothing for Azure to do' });
    await world.converge();
    expect(world.calls(/^PUT/)).toHaveLength(2);
  });

  test('[A152, A241] nodes are spread evenly over the zones, up and down', async () => {
    const byZone = () => {
      const machines = world.azure.clusters().flatMap(({ id }) => world.azure.machines(id));
      const counts = new Map<string, number>();
      for (const { zone = 'none' } of machines) counts.set(zone, (counts.get(zone) ?? 0) + 1);
      return [...counts.values()].sort();
    };
    await world.change([{ ...system, size: 7, zones: ['1', '2', '3'] }]);
    await world.converge();
    expect(byZone()).toEqual([2, 2, 3]);
    await world.change([{ ...system, size: 4, zones: ['1', '2', '3'] }]);
    await world.converge();
    expect(byZone()).toEqual([1, 1, 2]);
  });

  test.each(['before', 'after', 'late'] as const)(
    'an answer that is lost %s the effect makes no second cluster',
    async (when) => {
      const operation = 'managedClusters.createOrUpdate';
      world.azure.addFault({ fault: 'error', operation, code: 'InternalServerError', when, count: 1 });
      await world.converge();
      const clusters = world.azure.inventory().filter(({ kind }) => kind.endsWith('managedClusters'));
      expect(clusters.map(({ name }) => name)).toEqual(['shop-111111']);
    },
  );

  test('[A138, A139, A140] static placement uses the network that exists and never deletes it', async () => {
    const placement = {
      mode: 'static',
      virtualNetwork: 'hub',
      controlPlaneSubnet: 'cp',
      workerSubnet: 'workers',
    } as const;
    world = await aWorld({ ...cloud, placement });
    makeNetwork(world);
    await world.converge();
    const ledger = (await world.read())?.ledger['aks/network'] ?? [];
    expect(ledger.map(({ name, origin }) => [name, origin])).toEqual([
      ['hub', 'adopted'],
      ['cp', 'adopted'],
      ['workers', 'adopted'],
    ]);
    await world.delete();
    expect(
      world.azure
        .inventory()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['cp', 'hub', 'workers']);
  });

  test('[A116] a rotated account secret reaches the cluster that keeps a copy of it', async () => {
    const placement = {
      mode: 'static',
      virtualNetwork: 'hub',
      controlPlaneSubnet: 'cp',
      workerSubnet: 'workers',
    } as const;
    world = await aWorld({ ...cloud, placement });
    makeNetwork(world);
    await world.converge();
    const { objectId, tenantId, clientId } = DEMO_ACCOUNT;
    const secrets = [{ value: DEMO_ACCOUNT.clientSecret }, { value: 'a new secret' }];
    const graphRoles: string[] = [];
    world.azure.administration.putPrincipal({
      objectId,
      tenantId,
      clientId,
      displayName: 'demo',
      secrets,
      graphRoles,
    });
    await storeAccount(world.deps, { ...ACCOUNT, lastRotatedAt: '2026-11-20T13:00:00.000Z' });
    await world.deps.secrets.set(ACCOUNT.secretName, new Secret<string>('a new secret'));
    // Nobody wakes it here: the next full look finds out by itself.
    await world.converge();
    expect(world.calls(/resetServicePrincipalProfile/)).toHaveLength(1);
    await world.change([system], { description: 'nothing for Azure to do' });
    await world.converge();
    expect(world.calls(/resetServicePrincipalProfile/)).toHaveLength(1);
  });

  test('a kubeconfig that a person asks for is fetched and not kept: only passes store', async () => {
    await world.converge();
    const kept = () => [...world.deps.secrets.values.keys()].filter((name) => name.startsWith('kubeconfig'));
    for (const name of kept()) await world.deps.secrets.delete(name);
    const document = await world.read();
    if (!document) throw new Error('no cluster');
    expect(await adminKubeconfig(world.deps, document)).toMatchObject({ ok: true });
    expect(kept()).toEqual([]);
  });

  test('[A227] leaves nothing behind when it is deleted', async () => {
    await world.converge();
    await world.delete();
    expect(await world.read()).toBeUndefined();
    expect(world.azure.inventory()).toEqual([]);
    expect([...world.deps.secrets.values.keys()].filter((name) => name.startsWith('kubeconfig'))).toEqual([]);
  });
});

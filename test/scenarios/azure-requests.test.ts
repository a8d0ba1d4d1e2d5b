/**
 * Every write that the story of an AKS cluster sends to Azure: which, in what order, under what condition, and whether
 * the published type definitions of the service know each member of its body.
 */
import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, test } from '@jest/globals';
import type { ClusterSpec } from '../../lib/domain/cluster.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { findBodyProblem } from '../../local/clouds/azure/schema/validate.ts';
import { DEMO_ACCOUNT } from '../../local/clouds/azure/seed.ts';
import { storeAccount } from '../builders/account.ts';
import { aPool } from '../builders/cluster.ts';
import { ACCOUNT, aWorld, cloud, makeNetwork, system, type World } from './aks-fixture.ts';

const PROVIDER = '/resourceGroups/platform/providers/Microsoft.ContainerService/';
const GROUPS = ['33333333-3333-4333-8333-333333333333', '44444444-4444-4444-8444-444444444444'] as const;
const placement = {
  mode: 'static',
  virtualNetwork: 'hub',
  controlPlaneSubnet: 'cp',
  workerSubnet: 'workers',
} as const;

interface Write {
  readonly line: string;
  readonly type: string;
  readonly body: unknown;
}

/** Writes since the last look at them. */
class Recorder {
  readonly #writes: Write[] = [];

  readonly watch = (request: PipelineRequest): void => {
    const url = new URL(request.url);
    const reads = request.method === 'GET' || /\/list\w+$/.test(url.pathname);
    if (reads || !url.pathname.includes(PROVIDER)) return;
    const path = url.pathname.slice(url.pathname.indexOf(PROVIDER) + PROVIDER.length);
    const conditions = ['if-match', 'if-none-match'].flatMap((name) => {
      const value = request.headers.get(name);
      return value === undefined ? [] : [` ${name}${value === '*' ? ' *' : ''}`];
    });
    const type = path.includes('/agentPools/') ? 'managedClusters/agentPools' : 'managedClusters';
    this.#writes.push({
      line: `${request.method} ${path}${decodeURIComponent(url.search)}${conditions.join('')}`,
      type: `Microsoft.ContainerService/${type}`,
      body: typeof request.body === 'string' ? JSON.parse(request.body) : undefined,
    });
  };

  take(): readonly Write[] {
    return this.#writes.splice(0);
  }
}

/** The lines of what was written; throws unless every PUT is one that the service takes. */
function checked(writes: readonly Write[]): readonly string[] {
  for (const { line, type, body } of writes) {
    const problem = line.startsWith('PUT ') ? findBodyProblem(type, body) : undefined;
    if (problem) throw new Error(`${line}: ${JSON.stringify(problem)}`);
  }
  return writes.map(({ line }) => line);
}

async function aStory(placed = cloud, spec: Partial<ClusterSpec> = {}) {
  const recorder = new Recorder();
  const world = await aWorld(placed, { spec, watch: recorder.watch });
  const change = async (pools: ClusterSpec['pools'], more: Partial<ClusterSpec> = {}) => {
    await world.change(pools, more);
    await world.converge();
    return recorder.take();
  };
  return { world, recorder, change };
}

const control = (managedControlPlane: Readonly<Record<string, unknown>>) => ({
  packOverrides: { 'kubernetes-aks': { managedControlPlane } } as ClusterSpec['packOverrides'],
});

async function rotate(world: World): Promise<void> {
  const { objectId, tenantId, clientId } = DEMO_ACCOUNT;
  const secrets = [{ value: DEMO_ACCOUNT.clientSecret }, { value: 'a new secret' }];
  const principal = {
    objectId,
    tenantId,
    clientId,
    displayName: 'demo',
    secrets,
    graphRoles: [] as string[],
  };
  world.azure.administration.putPrincipal(principal);
  await storeAccount(world.deps, { ...ACCOUNT, lastRotatedAt: '2026-11-20T13:00:00.000Z' });
  await world.deps.secrets.set(ACCOUNT.secretName, new Secret<string>('a new secret'));
  await world.converge();
}

describe('what is sent to Azure', () => {
  test('[A131] a new cluster is one request that may only create', async () => {
    const { world, recorder } = await aStory();
    await world.converge();
    const writes = recorder.take();
    expect(checked(writes)).toMatchInlineSnapshot(`
[
  "PUT managedClusters/shop-111111?api-version=2026-06-01 if-none-match *",
]
`);
    expect(writes[0]?.body).toMatchSnapshot();
  });

  test('[A46, A47, A177, A179, A182] changes in place, pools that come, go and are replaced, and the end', async () => {
    const { world, recorder, change } = await aStory();
    await world.converge();
    recorder.take();
    const gpu = aPool({
      name: 'gpu',
      system: false,
      size: 1,
      instanceType: 'Standard_NC4as_T4_v3',
      zones: [],
    });
    const three = { ...system, size: 3 };
    const ranged = { ...three, autoscale: { min: 3, max: 5 } };
    const tainted = {
      ...gpu,
      labels: { team: 'ml' },
      taints: [{ key: 'gpu', effect: 'NoSchedule' }],
    } as const;
    const told: Record<string, readonly Write[]> = {
      scaled: await change([three]),
      added: await change([three, gpu]),
      'labels and taints': await change([three, tainted]),
      tags: await change([three, tainted], { tags: { department: 'sales' } }),
      'tier and channel': await change([three, tainted], {
        ...control({ sku: 'Standard', autoUpgradeProfile: { upgradeChannel: 'node-image' } }),
      }),
      'a range': await change([ranged, tainted]),
      'no range': await change([three, tainted]),
      replaced: await change([{ ...three, size: 2, instanceType: 'Standard_D4s_v5' }, tainted]),
      removed: await change([{ ...three, size: 2, instanceType: 'Standard_D4s_v5' }]),
    };
    await world.delete();
    told.deleted = recorder.take();
    expect(
      Object.fromEntries(Object.entries(told).map(([what, writes]) => [what, checked(writes)])),
    ).toMatchInlineSnapshot(`
{
  "a range": [
    "PUT managedClusters/shop-111111/agentPools/systemdykm?api-version=2026-06-01 if-match",
  ],
  "added": [
    "PUT managedClusters/shop-111111/agentPools/gpuop4i?api-version=2026-06-01 if-none-match *",
  ],
  "deleted": [
    "DELETE managedClusters/shop-111111?api-version=2026-06-01",
  ],
  "labels and taints": [
    "PUT managedClusters/shop-111111/agentPools/gpuop4i?api-version=2026-06-01 if-match",
  ],
  "no range": [
    "PUT managedClusters/shop-111111/agentPools/systemdykm?api-version=2026-06-01 if-match",
  ],
  "removed": [
    "DELETE managedClusters/shop-111111/agentPools/gpuop4i?api-version=2026-06-01&ignore-pod-disruption-budget=false",
  ],
  "replaced": [
    "PUT managedClusters/shop-111111/agentPools/system05lr?api-version=2026-06-01 if-none-match *",
    "POST managedClusters/shop-111111/agentPools/systemdykm/deleteMachines?api-version=2026-06-01",
    "POST managedClusters/shop-111111/agentPools/systemdykm/deleteMachines?api-version=2026-06-01",
    "PUT managedClusters/shop-111111/agentPools/system05lr?api-version=2026-06-01 if-match",
    "DELETE managedClusters/shop-111111/agentPools/systemdykm?api-version=2026-06-01&ignore-pod-disruption-budget=false",
  ],
  "scaled": [
    "PUT managedClusters/shop-111111/agentPools/systemdykm?api-version=2026-06-01 if-match",
  ],
  "tags": [
    "PUT managedClusters/shop-111111?api-version=2026-06-01 if-match",
    "PUT managedClusters/shop-111111/agentPools/systemdykm?api-version=2026-06-01 if-match",
    "PUT managedClusters/shop-111111/agentPools/gpuop4i?api-version=2026-06-01 if-match",
  ],
  "tier and channel": [
    "PUT managedClusters/shop-111111?api-version=2026-06-01 if-match",
  ],
}
`);
    const bodies = Object.fromEntries(
      ['scaled', 'tier and channel', 'replaced'].map((what) => [what, told[what]?.map(({ body }) => body)]),
    );
    expect(bodies).toMatchSnapshot();
  });

  test('[A135, A136] Entra ID and Azure Policy', async () => {
    const aadProfile = { managed: true, adminGroupObjectIDs: [GROUPS[0]] };
    const addonProfiles = { azurepolicy: { enabled: true } };
    const { world, recorder, change } = await aStory(cloud, control({ aadProfile, addonProfiles }));
    await world.converge();
    const created = recorder.take();
    const changed = await change([system], {
      ...control({ aadProfile: { managed: true, adminGroupObjectIDs: [...GROUPS] }, addonProfiles }),
    });
    expect(checked([...created, ...changed])).toMatchInlineSnapshot(`
[
  "PUT managedClusters/shop-111111?api-version=2026-06-01 if-none-match *",
  "PUT managedClusters/shop-111111?api-version=2026-06-01 if-match",
]
`);
    const profiles = [...created, ...changed].map(({ body }) => body);
    const tenantID = DEMO_ACCOUNT.tenantId;
    expect(profiles).toMatchObject([
      {
        properties: { aadProfile: { ...aadProfile, enableAzureRBAC: false, tenantID }, addonProfiles },
      },
      {
        properties: {
          aadProfile: { managed: true, enableAzureRBAC: false, adminGroupObjectIDs: [...GROUPS], tenantID },
          addonProfiles,
        },
      },
    ]);
  });

  test('[A116, A137] in a network that exists, with the account’s secret and its rotation', async () => {
    const { world, recorder, change } = await aStory({ ...cloud, placement });
    makeNetwork(world);
    await world.converge();
    const created = recorder.take();
    await rotate(world);
    const rotated = recorder.take();
    const changed = await change([system], control({ sku: 'Standard' }));
    expect(checked([...created, ...rotated, ...changed])).toMatchInlineSnapshot(`
[
  "PUT managedClusters/shop-111111?api-version=2026-06-01 if-none-match *",
  "POST managedClusters/shop-111111/resetServicePrincipalProfile?api-version=2026-06-01",
  "PUT managedClusters/shop-111111?api-version=2026-06-01 if-match",
]
`);
    expect(created[0]?.body).toMatchObject({
      properties: {
        servicePrincipalProfile: { clientId: DEMO_ACCOUNT.clientId, secret: DEMO_ACCOUNT.clientSecret },
        networkProfile: {
          serviceCidr: '172.16.0.0/16',
          dnsServiceIP: '172.16.0.10',
          podCidr: '10.244.0.0/16',
        },
      },
    });
    expect(created[0]?.body).not.toHaveProperty('identity');
    expect(rotated[0]?.body).toEqual({ clientId: DEMO_ACCOUNT.clientId, secret: 'a new secret' });
    expect(changed[0]?.body).toMatchObject({
      properties: { servicePrincipalProfile: { clientId: DEMO_ACCOUNT.clientId } },
    });
    expect(JSON.stringify(changed)).not.toContain('secret');
  });
});

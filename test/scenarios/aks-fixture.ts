/**
 * An AKS cluster under the real engine, the real adapters and unmodified Azure clients against the simulated Azure, with
 * a clock that the test owns.
 */
import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import { agentSetup } from '../../lib/agents/registry.ts';
import { createAzure } from '../../lib/clouds/azure/index.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import type { AksCloud, ClusterDocument, ClusterSpec } from '../../lib/domain/cluster.ts';
import { ok } from '../../lib/domain/errors.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { toInstant } from '../../lib/domain/time.ts';
import { changeCluster } from '../../lib/reconcile/change.ts';
import { passDeps } from '../../lib/reconcile/engine.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { networkPath, SSH_KEY, signIn } from '../../local/clouds/azure/harness.ts';
import { inProcessHttpClient } from '../../local/clouds/azure/in-process-client.ts';
import { DEMO_ACCOUNT } from '../../local/clouds/azure/seed.ts';
import { type AzureSimulator, createAzureSimulator } from '../../local/clouds/azure/simulator.ts';
import { anAccount, storeAccount } from '../builders/account.ts';
import { aCluster, anAksCloud, aPool, aProfile, aSpec } from '../builders/cluster.ts';
import { someDeps, withAgents } from '../builders/deps.ts';
import { workloadsOf } from '../fakes/simulated-workloads.ts';
import { runNext, type Story } from './pass-fixture.ts';

export const ACCOUNT = anAccount({
  settings: { tenantId: DEMO_ACCOUNT.tenantId, clientId: DEMO_ACCOUNT.clientId },
});
export const cloud = anAksCloud({ sshPublicKey: SSH_KEY });
export const system = aPool({ size: 2, instanceType: 'Standard_D2s_v5' });
const spec = aSpec({ cloud, pools: [system], tags: { department: 'finance' } });

export interface World {
  readonly azure: AzureSimulator;
  readonly deps: Story['deps'];
  read(): Promise<ClusterDocument | undefined>;
  /** Runs passes until the cluster is as wanted; how many it took. */
  converge(): Promise<number>;
  change(pools: ClusterSpec['pools'], more?: Partial<ClusterSpec>): Promise<void>;
  /** Asks for deletion and runs passes until the document is gone. */
  delete(): Promise<void>;
  calls(operation: RegExp): readonly string[];
}

export interface WorldOptions {
  readonly spec?: Partial<ClusterSpec>;
  /** Sees every request on its way to Azure. */
  readonly watch?: (request: PipelineRequest) => void;
  /** Clusters get an agent. */
  readonly agents?: boolean;
}

export async function aWorld(placed: AksCloud = cloud, options: WorldOptions = {}): Promise<World> {
  const base = options.agents ? withAgents(someDeps()) : someDeps();
  // Entra ID's tokens live in real time, as the clients' own expiry does; everything else follows the test's clock.
  const clock = { now: () => base.time.nowMs, wallNow: () => Date.now() };
  const azure = createAzureSimulator({ clock, seed: 'aks' });
  const adapters = createAzure({
    config: base.config,
    transport: { httpClient: watched(inProcessHttpClient(azure), options.watch) },
    connectKube: () => () => ok(workloadsOf(azure)),
    secrets: base.secrets,
    clock: base.clock,
    agents: agentSetup(base),
  });
  const engine = passDeps({ ...base, clouds: createRegistry([adapters.aks], [adapters.account]) });
  const deps = { ...base, ...engine, time: base.time } as Story['deps'];
  await storeAccount(deps, ACCOUNT);
  await deps.secrets.set(ACCOUNT.secretName, new Secret<string>(DEMO_ACCOUNT.clientSecret));
  const cluster = aCluster({ spec: { ...spec, ...options.spec, cloud: placed }, profile: aProfile() });
  await deps.store.create(clusterAddress(cluster.id), cluster);
  await deps.queue.sendReconcile({ clusterId: cluster.id, reason: 'created', wake: cluster.wake });

  const read = async () =>
    (await deps.store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id))?.document;
  const converge = async () => {
    for (let passes = 1; passes < 120; passes += 1) {
      await runNext(deps);
      const document = await read();
      if (!document || isConverged(document)) return passes;
    }
    throw new Error(`Not converged: ${JSON.stringify((await read())?.conditions, null, 1)}`);
  };
  return {
    azure,
    deps,
    read,
    converge,
    async change(pools, more = {}) {
      await changeCluster(deps, {
        id: cluster.id,
        reason: 'test',
        decide: (document) => ({
          kind: 'change',
          document: { ...document, spec: { ...document.spec, ...more, pools } },
          specChanged: true,
          events: [],
        }),
      });
    },
    async delete() {
      await changeCluster(deps, {
        id: cluster.id,
        reason: 'test',
        decide: (document) => ({
          kind: 'change',
          document: { ...document, deletedAt: toInstant(base.time.nowMs) },
          specChanged: false,
          events: [],
        }),
      });
      await converge();
    },
    calls: (operation) =>
      azure.log
        .entries()
        .map(({ method, path, operation: name }) => `${method} ${path.split('/').at(-1)} ${name}`)
        .filter((call) => operation.test(call)),
  };
}

function watched(client: HttpClient, watch: WorldOptions['watch']): HttpClient {
  if (watch === undefined) return client;
  return {
    sendRequest(request) {
      watch(request);
      return client.sendRequest(request);
    },
  };
}

function isConverged(document: ClusterDocument): boolean {
  const settled = document.conditions.every(({ status }) => status === 'Succeeded');
  return document.deletedAt === undefined && settled && document.observedGeneration === document.generation;
}

/** A network 10.0.0.0/16 with both subnets, made by its owner and not by us. */
export function makeNetwork({ azure, deps }: World): void {
  const subnets = ['10.0.0.0/24', '10.0.1.0/24'].map((addressPrefix, index) => ({
    name: index === 0 ? 'cp' : 'workers',
    properties: { addressPrefix },
  }));
  const answer = azure.handle({
    method: 'PUT',
    url: `https://management.azure.com${networkPath('hub')}?api-version=2026-01-01`,
    headers: { authorization: `Bearer ${signIn(azure)}` },
    body: JSON.stringify({
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets },
    }),
  });
  if (answer === 'cut' || answer.status !== 201) throw new Error(`No network: ${JSON.stringify(answer)}`);
  deps.time.nowMs += 60_000;
}

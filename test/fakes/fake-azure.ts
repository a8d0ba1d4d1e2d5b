/**
 * A stateful AKS in memory behind the adapter's own ports, for tests of steps and of the loop. Operations are accepted
 * and stay under way until `finish()`; nodes appear and go with their machines. It keeps what AKS promises about
 * serialisation (one operation at a time), etags and the last system pool, and nothing beyond that.
 */

import type {
  AksCluster,
  AksMachine,
  AksPool,
  AksPort,
  ClusterDraft,
  PoolDraft,
  PoolSettings,
} from '../../lib/clouds/azure/aks/port.ts';
import type { Accepted } from '../../lib/clouds/azure/arm/session.ts';
import type { AzurePlatform, VirtualNetworkSeen } from '../../lib/clouds/azure/platform.ts';
import { type CloudError, fail, ok, type Result } from '../../lib/domain/errors.ts';
import { Secret } from '../../lib/domain/secret.ts';
import type { FakeWorkloadApi } from './fake-workload-api.ts';

const MOVING = { provisioning: 'moving' } as const;
const SETTLED = { provisioning: 'settled', state: 'Succeeded' } as const;

export class FakeAzure {
  cluster: AksCluster | undefined;
  readonly machines = new Map<string, string[]>();
  /** Every write, in order: `createPool system1a2b 3`. */
  readonly writes: string[] = [];
  reads = 0;
  groupState: 'Succeeded' | 'Deleting' | 'absent' = 'Succeeded';
  provider = 'Registered';
  network: VirtualNetworkSeen | undefined;
  nodeGroupLeft = false;
  /** The next operation ends so instead of succeeding. */
  failNext: CloudError | undefined;
  readonly #workload: FakeWorkloadApi;
  #etag = 0;
  #born = 0;

  constructor(workload: FakeWorkloadApi) {
    this.#workload = workload;
  }

  /** Every operation under way ends; machines become Ready nodes. */
  finish(): void {
    const { cluster } = this;
    if (!cluster) return;
    if (cluster.state === 'Deleting') {
      this.cluster = undefined;
      return;
    }
    const failure = this.failNext;
    this.failNext = undefined;
    const pools = cluster.pools
      .filter((pool) => pool.state !== 'Deleting')
      .map((pool) => ended(pool, failure));
    this.cluster = { ...ended(cluster, failure), pools, fqdn: 'shop.azmk8s.io', etag: this.#nextEtag() };
    for (const pool of cluster.pools.filter((one) => one.state === 'Deleting'))
      this.#setMachines(pool.name, 0);
    if (!failure) for (const pool of pools) this.#setMachines(pool.name, pool.count);
  }

  pool(name: string): AksPool | undefined {
    return this.cluster?.pools.find((pool) => pool.name === name);
  }

  readonly port: AksPort = {
    getCluster: async () => {
      this.reads += 1;
      return ok(this.cluster);
    },
    createCluster: async (draft) => {
      if (this.cluster) return fail(refusal('Conflict', 'PreconditionFailed'));
      this.cluster = this.#newCluster(draft);
      return this.#accepted(`createCluster with ${draft.pools.map((pool) => pool.name).join(' ')}`);
    },
    updateCluster: async (etag, { tags, sku, upgradeChannel, aad }, options) => {
      if (!this.cluster || this.cluster.etag !== etag) return fail(refusal('Conflict', 'PreconditionFailed'));
      const settings = { tags, sku, upgradeChannel, ...(aad === undefined ? {} : { aad }) };
      this.cluster = { ...this.cluster, ...settings, ...MOVING, state: 'Updating' };
      return this.#accepted(`updateCluster${options?.withPools ? ' with pools' : ''}`);
    },
    deleteCluster: async () => {
      if (this.cluster) this.cluster = { ...this.cluster, ...MOVING, state: 'Deleting' };
      return this.#accepted('deleteCluster');
    },
    renewCredentials: () => this.#change('renewCredentials', () => undefined),
    createPool: (draft) =>
      this.#change(`createPool ${draft.name} ${draft.count}`, () => this.#addPool(draft)),
    updatePool: (name, etag, settings) =>
      this.#change(`updatePool ${name} ${settings.count ?? 'auto'}`, () =>
        this.#updatePool(name, etag, settings),
      ),
    deletePool: (name, { ignoreBudgets }) =>
      this.#change(`deletePool ${name}${ignoreBudgets ? ' past budgets' : ''}`, () => this.#removePool(name)),
    listMachines: async (pool) => {
      const names = this.machines.get(pool) ?? [];
      return ok(names.map((name): AksMachine => ({ name, resourceId: `/machines/${name}` })));
    },
    deleteMachines: (pool, names) =>
      this.#change(`deleteMachines ${pool} ${names.join(' ')}`, () => this.#dropMachines(pool, names)),
    adminKubeconfig: async () => ok(new Secret('kubeconfig')),
  };

  readonly platform: AzurePlatform = {
    resourceGroup: async (name) => {
      if (name.startsWith('MC_')) return ok(this.nodeGroupLeft ? aGroup(name, 'Deleting') : undefined);
      return ok(this.groupState === 'absent' ? undefined : aGroup(name, this.groupState));
    },
    providerState: async () => ok(this.provider),
    virtualNetwork: async () => ok(this.network),
    listTagged: async () => ok([]),
    deleteManagedCluster: async () => ok(undefined),
  };

  async #change(write: string, apply: () => CloudError | undefined): Promise<Result<Accepted>> {
    const busy = [this.cluster, ...(this.cluster?.pools ?? [])].some((one) => one?.provisioning === 'moving');
    if (busy) return fail(refusal('Conflict', 'OperationNotAllowed: another operation is in progress'));
    const error = apply();
    return error ? fail(error) : this.#accepted(write);
  }

  #accepted(write: string): Result<Accepted> {
    this.writes.push(write);
    return ok({ retryAfterMs: 10_000 });
  }

  #newCluster(draft: ClusterDraft): AksCluster {
    return {
      id: '/subscriptions/s/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop',
      name: draft.dnsPrefix,
      etag: this.#nextEtag(),
      ...MOVING,
      state: 'Creating',
      stopped: false,
      tags: draft.tags,
      sku: draft.sku,
      upgradeChannel: draft.upgradeChannel,
      azurePolicy: draft.azurePolicy ?? false,
      kubernetesVersion: draft.kubernetesVersion,
      nodeResourceGroup: draft.nodeResourceGroup,
      pools: draft.pools.map((pool) => this.#newPool(pool)),
    };
  }

  #newPool(draft: PoolDraft): AksPool {
    const { subnetId: _subnet, ...pool } = draft;
    return { ...pool, etag: this.#nextEtag(), ...MOVING, state: 'Creating' };
  }

  #addPool(draft: PoolDraft): CloudError | undefined {
    if (this.pool(draft.name)) return refusal('Conflict', 'PreconditionFailed');
    this.#setPools([...(this.cluster?.pools ?? []), this.#newPool(draft)]);
    return undefined;
  }

  #updatePool(name: string, etag: string | undefined, settings: PoolSettings): CloudError | undefined {
    const pool = this.pool(name);
    if (!pool) return refusal('NotFound', 'NotFound');
    if (pool.etag !== etag) return refusal('Conflict', 'PreconditionFailed');
    const { autoscale: _old, ...kept } = pool;
    this.#replacePool({ ...kept, ...settings, etag: this.#nextEtag(), ...MOVING, state: 'Updating' });
    return undefined;
  }

  #removePool(name: string): CloudError | undefined {
    const pool = this.pool(name);
    if (!pool) return undefined;
    const systems = this.cluster?.pools.filter((one) => one.mode === 'System') ?? [];
    if (pool.mode === 'System' && systems.length === 1) return refusal('InvalidRequest', 'last system pool');
    this.#replacePool({ ...pool, ...MOVING, state: 'Deleting' });
    return undefined;
  }

  #dropMachines(name: string, names: readonly string[]): CloudError | undefined {
    const pool = this.pool(name);
    const known = this.machines.get(name) ?? [];
    if (!pool || names.some((machine) => !known.includes(machine))) return refusal('NotFound', 'NotFound');
    this.machines.set(
      name,
      known.filter((machine) => !names.includes(machine)),
    );
    for (const machine of names) this.#workload.removeNode(machine);
    this.#replacePool({ ...pool, count: pool.count - names.length, ...MOVING, state: 'Scaling' });
    return undefined;
  }

  #replacePool(pool: AksPool): void {
    this.#setPools((this.cluster?.pools ?? []).map((one) => (one.name === pool.name ? pool : one)));
  }

  #setPools(pools: readonly AksPool[]): void {
    if (this.cluster) this.cluster = { ...this.cluster, pools };
  }

  #setMachines(pool: string, count: number): void {
    const machines = this.machines.get(pool) ?? [];
    while (machines.length > count) this.#workload.removeNode(machines.pop() ?? '');
    while (machines.length < count) machines.push(this.#newMachine(pool));
    this.machines.set(pool, machines);
  }

  #newMachine(pool: string): string {
    this.#born += 1;
    const name = `aks-${pool}-vmss${String(this.#born).padStart(6, '0')}`;
    this.#workload.addNode(name, {
      labels: { 'kubernetes.azure.com/agentpool': pool },
      providerId: `azure:///machines/${name}`,
      createdAt: new Date(Date.UTC(2026, 10, 20) + this.#born * 1000).toISOString(),
    });
    return name;
  }

  #nextEtag(): string {
    this.#etag += 1;
    return `e${this.#etag}`;
  }
}

function ended<T extends AksCluster | AksPool>(resource: T, failure: CloudError | undefined): T {
  if (resource.provisioning !== 'moving') return resource;
  if (failure) return { ...resource, provisioning: 'broken', state: 'Failed', failure };
  const { failure: _former, ...rest } = resource;
  return { ...rest, ...SETTLED } as T;
}

function aGroup(name: string, state: string) {
  return { name, location: 'westeurope', state };
}

function refusal(code: CloudError['code'], message: string): CloudError {
  return { code, message, source: 'fake' };
}

/**
 * An AWS cluster under the real engine, the real adapters and unmodified AWS clients against the simulated AWS, with a
 * clock that the test owns: requests take their time, messages come when they are due, and nothing sleeps.
 */
import { agentSetup } from '../../lib/agents/registry.ts';
import { drainCloudEvents } from '../../lib/cloud-events/drain.ts';
import { createAws } from '../../lib/clouds/aws/index.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { reserveName } from '../../lib/clusters/directory.ts';
import type { ClusterDocument, ClusterSpec } from '../../lib/domain/cluster.ts';
import { isConverged } from '../../lib/domain/cluster-state.ts';
import type { ConditionType } from '../../lib/domain/conditions.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { MINUTE_MS, toInstant } from '../../lib/domain/time.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import { changeCluster } from '../../lib/reconcile/change.ts';
import { type PassDeps, passDeps } from '../../lib/reconcile/engine.ts';
import { clusterAddress, readEvents } from '../../lib/reconcile/event-log.ts';
import { DEMO_AWS } from '../../local/clouds/aws/seed.ts';
import { anAccount, storeAccount } from '../builders/account.ts';
import { aControlPlane, anAwsPool, anAwsSpec, REGION, ZONES } from '../builders/aws.ts';
import { anAwsProfile } from '../builders/aws-input.ts';
import { aCluster } from '../builders/cluster.ts';
import { someDeps, type TestDeps, withAgents } from '../builders/deps.ts';
import { type SideOptions, type SimulatedSide, simulatedSide } from '../builders/simulated-aws.ts';
import { runNext } from './pass-fixture.ts';

export const ACCOUNT = anAccount({
  name: 'aws-demo',
  accountType: 'aws',
  settings: { accessKeyId: DEMO_AWS.accessKeyId },
});
export const KEY = 'shop-111111';
export const controlPlane = aControlPlane();
export const workers = anAwsPool({ name: 'workers' });
/** The least cluster that has everything. */
export const ONE_ZONE = { zones: [ZONES[0]] } as const;
export const oneControlPlane = { ...controlPlane, ...ONE_ZONE, size: 1 };
export const oneWorker = { ...workers, ...ONE_ZONE, size: 1 };

export interface AwsWorldOptions extends Pick<SideOptions, 'settings' | 'seed'> {
  readonly spec?: Partial<ClusterSpec>;
  /** Clusters get an agent. */
  readonly agents?: boolean;
}

export interface AwsWorld extends SimulatedSide {
  readonly deps: PassDeps & TestDeps;
  /** Passes so far. */
  readonly passes: number;
  read(): Promise<ClusterDocument | undefined>;
  /** Throws when it is gone. */
  document(): Promise<ClusterDocument>;
  /** Moves time to the next message and runs its pass. */
  next(): Promise<ClusterDocument | undefined>;
  /** Runs passes until the cluster is as wanted; how many it took. Looks at the world after each. */
  converge(watch?: () => void | Promise<void>): Promise<number>;
  /** Runs passes until it is so. */
  until(what: string, isSo: () => boolean | Promise<boolean>): Promise<number>;
  /** As many passes as fall into that time. */
  run(ms: number): Promise<void>;
  change(edit: (spec: ClusterSpec) => ClusterSpec): Promise<void>;
  pools(...pools: readonly PoolSpec[]): Promise<void>;
  askToDelete(): Promise<void>;
  /** Asks for deletion and runs passes until the document is gone. */
  delete(): Promise<void>;
  /** `Failed QuotaExceeded` */
  condition(type: ConditionType): Promise<string>;
  events(): Promise<readonly string[]>;
  /** What EC2 announced reaches its cluster. */
  hear(): Promise<number>;
  /** Requests that AWS answered with success, in order: `RunInstances`. */
  writes(): readonly string[];
  /** Asks the cluster's API as its administrator. */
  kube(method: string, path: string, body?: object): KubeAnswer;
  nodes(): readonly NodeSeen[];
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface NodeSeen {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
  readonly providerId?: string;
  readonly ready: boolean;
  readonly unschedulable: boolean;
}

const MAX_PASSES = 400;

export async function aWorld(options: AwsWorldOptions = {}): Promise<AwsWorld> {
  const base = options.agents ? withAgents(someDeps()) : someDeps();
  const tick = (ms: number) => {
    base.time.nowMs += ms;
  };
  const side = simulatedSide(() => base.time.nowMs, { tick, ...options });
  const adapters = createAws({
    config: base.config,
    transport: side.transport,
    connectSelfManaged: (guard) =>
      connectSelfManaged({ transportFor: side.transportFor, timeoutMs: base.config.requestTimeoutMs, guard }),
    secrets: base.secrets,
    clock: base.clock,
    store: base.store,
    agents: agentSetup(base),
  });
  const engine = passDeps({ ...base, clouds: createRegistry([adapters.aws], [adapters.account]) });
  const deps = { ...base, ...engine, time: base.time } as AwsWorld['deps'];
  await storeAccount(deps, ACCOUNT);
  await deps.secrets.set(ACCOUNT.secretName, new Secret<string>(DEMO_AWS.secretAccessKey));
  const spec = anAwsSpec({
    tags: { department: 'finance' },
    pools: [controlPlane, workers],
    ...options.spec,
  });
  const cluster = aCluster({ spec, profile: anAwsProfile() });
  await reserveName(deps, cluster);
  await deps.store.create(clusterAddress(cluster.id), cluster);
  await deps.queue.sendReconcile({ clusterId: cluster.id, reason: 'created', wake: cluster.wake });
  return world(side, deps, cluster);
}

function world(side: SimulatedSide, deps: AwsWorld['deps'], { id }: ClusterDocument): AwsWorld {
  let passes = 0;
  const read = async () => (await deps.store.read<ClusterDocument>(clusterAddress(id), id))?.document;
  const document = async () => {
    const found = await read();
    if (!found) throw new Error('The cluster is gone');
    return found;
  };
  const next = async () => {
    await runNext(deps);
    passes += 1;
    if (side.defects[0] !== undefined) throw new Error(side.defects[0]);
    return read();
  };
  const until = async (what: string, isSo: () => boolean | Promise<boolean>) => {
    for (let taken = 0; taken < MAX_PASSES; taken += 1) {
      if (await isSo()) return taken;
      await next();
    }
    throw new Error(`Never ${what}: ${await told(await read())}`);
  };
  const decide = (edit: (document: ClusterDocument) => ClusterDocument, specChanged: boolean) =>
    changeCluster(deps, {
      id,
      reason: 'test',
      decide: (before) => ({ kind: 'change', document: edit(before), specChanged, events: [] }),
    });
  const kube = kubeOf(side, id);
  const self: AwsWorld = {
    ...side,
    deps,
    get passes() {
      return passes;
    },
    read,
    document,
    next,
    until,
    async converge(watch) {
      await next();
      const more = await until('as wanted', async () => {
        await watch?.();
        return isConverged(await document());
      });
      return more + 1;
    },
    async run(ms) {
      const endMs = deps.time.nowMs + ms;
      while ((deps.queue.nextEventAt() ?? Number.POSITIVE_INFINITY) <= endMs) await next();
      deps.time.nowMs = Math.max(deps.time.nowMs, endMs);
    },
    async change(edit) {
      await decide((before) => ({ ...before, spec: edit(before.spec) }), true);
    },
    pools: (...pools) => self.change((spec) => ({ ...spec, pools })),
    async askToDelete() {
      await decide((before) => ({ ...before, deletedAt: toInstant(deps.time.nowMs) }), false);
    },
    async delete() {
      await self.askToDelete();
      await until('gone', async () => (await read()) === undefined);
    },
    async condition(type) {
      const found = (await document()).conditions.find((one) => one.type === type);
      return found ? `${found.status} ${found.reason}` : 'absent';
    },
    async events() {
      const events = await readEvents(deps.store, await document(), { limit: 1_000 });
      return events.map(({ reason, message }) => `${reason}: ${message}`);
    },
    async hear() {
      return drainCloudEvents(deps);
    },
    writes: () => writesOf(side),
    kube,
    nodes: () => nodesOf(kube),
  };
  return self;
}

async function told(document: ClusterDocument | undefined): Promise<string> {
  const steps = Object.entries(document?.steps ?? {})
    .filter(([, { phase }]) => phase !== 'done')
    .map(([name, { phase, reason, message }]) => `${name} ${phase} ${reason} ${message}`);
  return steps.join('\n');
}

const READS = /^(?:Describe|Get|List|Receive|Simulate)/;

function writesOf({ aws }: SimulatedSide): readonly string[] {
  return aws.log
    .entries()
    .filter(({ operation, status }) => !READS.test(operation) && status >= 200 && status < 300)
    .map(({ operation }) => operation);
}

function kubeOf({ clusters }: SimulatedSide, id: string): AwsWorld['kube'] {
  return (method, path, body) => {
    const url = new URL(path, 'https://nowhere.test');
    const answer = clusters.handle(id, {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: {},
      body: body === undefined ? '' : JSON.stringify(body),
      identity: { user: 'admin', groups: ['system:masters'] },
    });
    if (answer === undefined) throw new Error('No API server answers');
    return answer;
  };
}

interface RawNode {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

function nodesOf(kube: AwsWorld['kube']): readonly NodeSeen[] {
  const { items } = kube('GET', '/api/v1/nodes').body as { readonly items: readonly RawNode[] };
  return items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    labels: metadata.labels,
    taints: (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`),
    ...(spec.providerID === undefined ? {} : { providerId: spec.providerID }),
    ready: status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    unschedulable: spec.unschedulable === true,
  }));
}

export { MINUTE_MS, REGION };

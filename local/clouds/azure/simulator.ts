/**
 * The simulated Azure: one function from request to answer, over a state that it owns. Synchronous, without timers or
 * sockets, and deterministic: the same seed, clock and requests give the same answers. Transports are elsewhere.
 */
import { seededChance } from '../kit/chance.ts';
import type { CloudClock } from '../kit/clock.ts';
import { type Fault, type FaultRequest, Faults } from '../kit/faults.ts';
import { memoryRecords, type Records } from '../kit/records.ts';
import { RequestLog } from '../kit/request-log.ts';
import { TokenBuckets } from '../kit/token-bucket.ts';
import type { SimAnswer, SimHandler, SimRequest } from '../kit/wire.ts';
import { type Administration, administrationOf } from './administration.ts';
import { answerSignIn } from './entra.ts';
import { type ArmFront, armFront, type Trace } from './front.ts';
import { answerGraph } from './graph.ts';
import { type InventoryItem, inventory, loseMachine } from './inventory.ts';
import { RunningOperations } from './operations.ts';
import { agentPoolRoutes } from './resources/agent-pools.ts';
import { computeCatalogueRoutes } from './resources/compute-catalogue.ts';
import { genericResourceRoutes } from './resources/generic-resources.ts';
import { managedClusterRoutes } from './resources/managed-clusters.ts';
import { networkObjectRoutes } from './resources/network-objects.ts';
import { operationRoutes } from './resources/operation-status.ts';
import { poolMachineRoutes } from './resources/pool-machine-routes.ts';
import { providerRoutes } from './resources/providers.ts';
import { resourceGroupRoutes } from './resources/resource-groups.ts';
import { scaleSetRoutes } from './resources/scale-sets.ts';
import { subnetRoutes } from './resources/subnets.ts';
import { subscriptionRoutes } from './resources/subscriptions.ts';
import { virtualNetworkRoutes } from './resources/virtual-networks.ts';
import { seed as seedState } from './seed.ts';
import { type AzureSettings, DEFAULT_SETTINGS } from './settings.ts';
import { settle } from './settle.ts';
import { openState } from './state.ts';
import { tokensSignedWith } from './tokens.ts';
import {
  type SimulatedCluster,
  type SimulatedMachine,
  simulatedCluster,
  simulatedClusters,
  simulatedMachines,
} from './workloads.ts';
import type { World } from './world.ts';

const ROUTES = [
  ...subscriptionRoutes,
  ...resourceGroupRoutes,
  ...providerRoutes,
  ...genericResourceRoutes,
  ...computeCatalogueRoutes,
  ...operationRoutes,
  ...virtualNetworkRoutes,
  ...subnetRoutes,
  ...networkObjectRoutes,
  ...scaleSetRoutes,
  ...managedClusterRoutes,
  ...agentPoolRoutes,
  ...poolMachineRoutes,
];

export interface AzureSimulatorOptions {
  readonly clock: CloudClock;
  /** In memory when absent. */
  readonly records?: Records;
  /** Decides every draw: durations, ids, lags. */
  readonly seed?: string;
  readonly settings?: Partial<AzureSettings>;
}

export interface AzureSimulator {
  readonly handle: SimHandler;
  readonly log: RequestLog;
  readonly administration: Administration;
  inventory(): readonly InventoryItem[];
  clusters(): readonly SimulatedCluster[];
  /** One of them, without describing all the others. */
  cluster(uid: string): SimulatedCluster | undefined;
  machines(clusterId: string): readonly SimulatedMachine[];
  /** Throws a ZodError when the fault is malformed. */
  addFault(fault: FaultRequest): Fault;
  listFaults(): readonly Fault[];
  removeFault(id: string): boolean;
  clearFaults(): void;
  close(): void;
}

export function createAzureSimulator(options: AzureSimulatorOptions): AzureSimulator {
  const records = options.records ?? memoryRecords();
  const world = worldOf(options, records);
  const log = new RequestLog();
  seedState(world.state);
  records.commit();
  const front = armFront(world, ROUTES, () => records.rollback());
  /** Brings the world to the present, and keeps what that changed. */
  const present = <T>(read: () => T): T => {
    settle(world);
    const result = read();
    records.commit();
    return result;
  };
  return {
    handle: (request) => present(() => answer(world, records, front, log, request)),
    log,
    administration: administrationOf(world, () => records.commit()),
    inventory: () => present(() => inventory(world)),
    clusters: () => present(() => simulatedClusters(world)),
    cluster: (uid) => present(() => simulatedCluster(world, uid)),
    machines: (clusterId) => present(() => simulatedMachines(world, clusterId)),
    addFault: (fault) =>
      present(() => {
        const added = world.faults.add(fault, world.clock.now());
        if (added.fault === 'instance-loss') loseMachine(world, added.machineId);
        return added;
      }),
    listFaults: () => world.faults.list(),
    removeFault: (id) => present(() => world.faults.remove(id)),
    clearFaults: () => present(() => world.faults.clear()),
    close: () => records.close(),
  };
}

function worldOf({ clock, seed = 'azure', settings }: AzureSimulatorOptions, records: Records): World {
  const state = openState(records);
  return {
    state,
    clock,
    chance: seededChance(seed),
    faults: new Faults(records),
    buckets: new TokenBuckets(),
    settings: { ...DEFAULT_SETTINGS, ...settings },
    tokens: tokensSignedWith(`signing key of ${seed}`),
    running: new RunningOperations(state),
  };
}

/** A request that hits a bug leaves the world as it was, and so does one that is refused (the front sees to that). */
function answer(
  world: World,
  records: Records,
  front: ArmFront,
  log: RequestLog,
  request: SimRequest,
): SimAnswer {
  const url = new URL(request.url, 'http://localhost');
  const trace: Trace = { operation: 'unknown' };
  // What settling changed is kept whatever becomes of the request.
  records.commit();
  const result = guarded(records, () => dispatch(world, front, request, url, trace));
  log.add({
    at: world.clock.now(),
    method: request.method,
    path: url.pathname,
    operation: trace.operation,
    ...(trace.caller === undefined ? {} : { caller: trace.caller }),
    status: result === 'cut' ? 0 : result.status,
  });
  return result;
}

function guarded(records: Records, run: () => SimAnswer): SimAnswer {
  try {
    return run();
  } catch (error) {
    records.rollback();
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      status: 500,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ error: { code: 'SimulatorDefect', message } }),
    };
  }
}

function dispatch(world: World, front: ArmFront, request: SimRequest, url: URL, trace: Trace): SimAnswer {
  const signIn = answerSignIn(world, request, url, originOf(request, url, 'login.microsoftonline.com'));
  if (signIn) {
    trace.operation = 'signIn';
    return signIn;
  }
  const graph = answerGraph(world, request, url);
  if (graph) {
    trace.operation = 'graph';
    return graph;
  }
  return front(request, url, originOf(request, url, 'management.azure.com'), trace);
}

/** What the client believes to talk to: forwarded by whoever rewrote the address, or the host of the real service. */
function originOf({ headers }: SimRequest, url: URL, service: string): string {
  const forwarded = headers['x-forwarded-host'];
  if (forwarded) return `https://${forwarded}`;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return isLocal ? `https://${service}` : url.origin;
}

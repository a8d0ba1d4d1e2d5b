/** A simulated cluster in process with the client that talks to it, for tests on either side. */
import { Secret } from '../../lib/domain/secret.ts';
import { connectWorkloadApi } from '../../lib/kube/connect.ts';
import type { WorkloadApi } from '../../lib/kube/port.ts';
import { inProcessTransport } from '../../local/kube/in-process.ts';
import type { ObjectStore } from '../../local/kube/object-store.ts';
import type { SimulatedMachine } from '../../local/kube/port.ts';
import type { ApiAnswer } from '../../local/kube/request.ts';
import { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';

export const CLUSTER = 'shop-1a2b3c';
export const START_MS = Date.parse('2026-11-20T18:00:00Z');
export const TIMES = { nodeReadyMs: 10_000, podStopMs: 5_000 };

export function aMachine(name: string, more: Partial<SimulatedMachine> = {}): SimulatedMachine {
  return {
    name,
    pool: 'workers',
    agentPool: 'workers',
    zone: '1',
    region: 'westeurope',
    instanceType: 'Standard_D2s_v5',
    providerId: `azure:///subscriptions/s/virtualMachines/${name}`,
    kubeletVersion: 'v1.33.2',
    state: 'joined',
    joinedAt: START_MS,
    labels: {},
    taints: [],
    cpuMilli: 2_000,
    memoryBytes: 8 * 1024 ** 3,
    ...more,
  };
}

export interface ClusterUnderTest {
  readonly clusters: SimulatedClusters;
  readonly api: WorkloadApi;
  machines: SimulatedMachine[];
  /** Sends one request as the cluster's admin. */
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): ApiAnswer;
  advance(ms: number): void;
}

/** Starts a minute after the machines joined, so that all nodes are Ready. */
export function aSimulatedCluster(names: readonly string[], store?: ObjectStore): ClusterUnderTest {
  let nowMs = START_MS + 60_000;
  const machines = { list: names.map((name) => aMachine(name)) };
  const clusters = new SimulatedClusters({
    source: {
      machines: (id) => (id === CLUSTER ? machines.list : undefined),
      version: (id) => (id === CLUSTER ? 'v1.33.2' : undefined),
    },
    clock: { now: () => nowMs, monotonic: () => nowMs },
    secret: 'seed',
    baseUrl: () => 'https://clusters.test',
    times: TIMES,
    ...(store === undefined ? {} : { store }),
  });
  const transport = inProcessTransport(clusters, () => nowMs);
  const connected = connectWorkloadApi({ transport, timeoutMs: 1_000 })(
    new Secret(clusters.kubeconfig(CLUSTER)),
  );
  if (!connected.ok) throw new Error(connected.error.message);
  return {
    clusters,
    api: connected.value,
    get machines() {
      return machines.list;
    },
    set machines(list) {
      machines.list = list;
    },
    ask: (method, path, body, headers) => ask(clusters, method, path, body, headers),
    advance(ms) {
      nowMs += ms;
    },
  };
}

function ask(
  clusters: SimulatedClusters,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  const url = new URL(path, 'https://clusters.test');
  const answer = clusters.handle(CLUSTER, {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: { authorization: `Bearer ${clusters.tokenFor(CLUSTER)}`, ...headers },
    body: body === undefined ? '' : JSON.stringify(body),
  });
  if (answer === undefined) throw new Error('Nobody answers');
  return answer;
}

/** A Deployment of `replicas` pods with label `app: <name>` in namespace default. */
export const aDeployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: 'nginx:1.29' }] } },
  },
});

/** A budget over the pods with label `app: <app>`. */
export const aBudget = (name: string, app: string, spec: object) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace: 'default' },
  spec: { selector: { matchLabels: { app } }, ...spec },
});

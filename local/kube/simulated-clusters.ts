/**
 * All simulated Kubernetes clusters: one per cluster that the machine source knows, each with an API server of its own
 * behind `<baseUrl>/clusters/<id>`. In process it is a function; server.ts puts it on the network. Objects outlive a
 * restart when there is a file.
 */
import { createHmac } from 'node:crypto';
import { stringify } from 'yaml';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { Clock } from '../../lib/domain/ports.ts';
import { serviceAccountToken } from './access/service-account-tokens.ts';
import { answer, type Serving } from './api.ts';
import { budgetHolding } from './budgets.ts';
import type { Cluster, ClusterTimes } from './cluster.ts';
import { type ExecOutcome, exec } from './exec.ts';
import { type ClusterFault, FaultBook, type StoredFault } from './faults.ts';
import { node } from './nodes.ts';
import { child } from './object.ts';
import { ObjectStore } from './object-store.ts';
import type { ClusterAccess, ClusterSide, MachineSource } from './port.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';
import { type RunningPod, runningPods } from './running-pods.ts';
import { seed } from './seed.ts';
import { Settled } from './settled.ts';
import { inWallTime, type WallTime } from './wall-time.ts';

export interface ClustersOptions {
  readonly source: MachineSource;
  readonly clock: Clock;
  /** Tokens are derived from it, so that kubeconfigs stay right across restarts. */
  readonly secret: string;
  /** Instead of that, where a cloud hands out tokens of its own. */
  readonly tokenFor?: (clusterId: string) => string;
  /** Where server.ts listens, known once it does: `https://127.0.0.1:16443`. */
  readonly baseUrl: () => string;
  /** PEM of the authority of server.ts; absent in process, where nothing is encrypted. */
  readonly certificateAuthority?: string;
  /** Absent: memory only. */
  readonly store?: ObjectStore;
  readonly times?: ClusterTimes;
  /** What clients take the clock's times for; absent: they live on the same time. */
  readonly wallTime?: WallTime;
}

/** Real time. Our choice: a node needs some seconds for its network, a pod some to stop. */
const TIMES: ClusterTimes = { nodeReadyMs: 10_000, podStopMs: 5_000 };

export class SimulatedClusters implements ClusterSide {
  readonly faults: { add(cluster: string, fault: ClusterFault): StoredFault } & Pick<
    FaultBook,
    'list' | 'clear'
  >;
  readonly #options: ClustersOptions;
  readonly #store: ObjectStore;
  readonly #settled = new Settled();

  constructor(options: ClustersOptions) {
    this.#options = options;
    this.#store = options.store ?? new ObjectStore();
    const book = new FaultBook(this.#store);
    this.faults = {
      add: (cluster, fault) => book.add(cluster, fault, options.clock.now()),
      list: (cluster) => book.list(cluster),
      clear: (cluster, id) => book.clear(cluster, id),
    };
  }

  /** `undefined`: nobody answers at that address. */
  handle(clusterId: string, request: ApiRequest): ApiAnswer | undefined {
    const cluster = this.#serving(clusterId);
    if (cluster === undefined) return undefined;
    const { wallTime } = this.#options;
    const answered = answer(cluster, this.#serve(cluster), request);
    return wallTime === undefined ? answered : inWallTime(answered, wallTime);
  }

  /** Runs a program in a container; `undefined` as for `handle`. */
  exec(clusterId: string, request: ApiRequest): ExecOutcome | undefined {
    const cluster = this.#serving(clusterId);
    return cluster && exec(cluster, this.#serve(cluster), request);
  }

  /** What the cluster keeps under the name, whether or not its API answers now. */
  secret(clusterId: string, namespace: string, name: string): JsonObject | undefined {
    return this.#store.get(clusterId, 'secrets', `${namespace}/${name}`);
  }

  isCordoned(clusterId: string, name: string): boolean {
    const cluster = this.#look(clusterId);
    const found = cluster === undefined ? undefined : node(cluster, name);
    return child(found, 'spec').unschedulable === true;
  }

  heldBy(clusterId: string, name: string): string | undefined {
    const cluster = this.#look(clusterId);
    return cluster && budgetHolding(cluster, name);
  }

  forget(clusterId: string): void {
    this.#settled.forget(clusterId);
    this.#store.forget(clusterId);
  }

  tokenFor(clusterId: string): string {
    const { tokenFor, secret } = this.#options;
    return tokenFor?.(clusterId) ?? createHmac('sha256', secret).update(`token/${clusterId}`).digest('hex');
  }

  /** Of a Deployment; none while nobody answers for the cluster. */
  runningPods(clusterId: string, namespace: string, deployment: string): readonly RunningPod[] {
    const cluster = this.#serving(clusterId);
    if (cluster === undefined) return [];
    this.#settled.settle(cluster);
    return runningPods(cluster, namespace, deployment);
  }

  /** What a pod of the account finds in its file system; `undefined`: there is no such account. */
  serviceAccountToken(clusterId: string, namespace: string, name: string): string | undefined {
    const cluster = this.#look(clusterId);
    return cluster && serviceAccountToken(cluster, this.#options.secret, namespace, name);
  }

  access(clusterId: string): ClusterAccess {
    const { baseUrl, certificateAuthority } = this.#options;
    return {
      server: `${baseUrl()}/clusters/${clusterId}`,
      token: this.tokenFor(clusterId),
      ...(certificateAuthority === undefined ? {} : { certificateAuthority, serverName: 'localhost' }),
    };
  }

  kubeconfig(clusterId: string): string {
    const { server, certificateAuthority, serverName, token } = this.access(clusterId);
    const user = `${clusterId}-admin`;
    const authority =
      certificateAuthority === undefined
        ? {}
        : {
            'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
            'tls-server-name': serverName,
          };
    return stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: clusterId, cluster: { server, ...authority } }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: user, context: { cluster: clusterId, user } }],
      'current-context': user,
    });
  }

  /** A fault keeps its API servers from answering. */
  isDown(clusterId: string): boolean {
    return this.faults.list(clusterId).some(({ fault }) => fault.kind === 'api-down');
  }

  /** Names of its nodes, sorted; `undefined`: it has none yet. */
  nodeNames(clusterId: string): readonly string[] | undefined {
    return this.#look(clusterId)?.machines.map(({ name }) => name);
  }

  #serve(cluster: Cluster): Serving {
    const credentials = { adminToken: this.tokenFor(cluster.id), secret: this.#options.secret };
    return { credentials, prepare: () => this.#settled.settle(cluster) };
  }

  /** As `handle` finds it. */
  #serving(id: string): Cluster | undefined {
    const cluster = this.#look(id);
    if (cluster === undefined || this.isDown(id)) return undefined;
    seed(cluster);
    return cluster;
  }

  #look(id: string): Cluster | undefined {
    const { source, clock, times, wallTime } = this.#options;
    const nowMs = clock.now();
    const machines = source.machines(id);
    const version = source.version(id);
    if (machines === undefined || version === undefined) return undefined;
    const nodes = machines.filter(({ state }) => state === 'joined' || state === 'lost');
    const selfManaged = source.selfManaged?.(id);
    return {
      id,
      version,
      machines: nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      ...(selfManaged === undefined ? {} : { selfManaged }),
      faults: this.faults.list(id),
      nowMs,
      wallNowMs: wallTime?.(nowMs) ?? nowMs,
      times: times ?? TIMES,
      store: this.#store,
    };
  }
}

/**
 * A workload API in memory for tests of steps: nodes that tests put there, cordon, and drains that end, take a few
 * looks or are blocked by a budget. It keeps what lib/kube/port.ts promises and nothing of Kubernetes beyond that.
 */
import type { CloudError, Result } from '../../lib/domain/errors.ts';
import { fail, ok } from '../../lib/domain/errors.ts';
import type {
  ConnectWorkloadApi,
  DrainProgress,
  KubernetesObject,
  WorkloadApi,
  WorkloadNode,
} from '../../lib/kube/port.ts';

export class FakeWorkloadApi implements WorkloadApi {
  readonly #nodes = new Map<string, WorkloadNode>();
  /** Pods that a drain has to move, by node. */
  readonly #pods = new Map<string, number>();
  /** `namespace/name` of the budgets that forbid evictions, by node. */
  readonly #budgets = new Map<string, readonly string[]>();
  readonly #applied = new Map<string, KubernetesObject>();
  #failure: CloudError | undefined;

  /** Opens this API for any kubeconfig. */
  readonly connect: ConnectWorkloadApi = () => ok(this);

  /** Everything that was applied, in the order of first appearance. */
  get applied(): readonly KubernetesObject[] {
    return [...this.#applied.values()];
  }

  /** A Ready node unless said otherwise, with `pods` for a drain to move. */
  addNode(name: string, node: Partial<WorkloadNode> = {}, pods = 0): void {
    this.#nodes.set(name, {
      name,
      labels: {},
      taints: [],
      ready: true,
      unschedulable: false,
      kubeletVersion: 'v1.33.2',
      createdAt: '2026-01-01T00:00:00.000Z',
      conditions: [],
      ...node,
    });
    this.#pods.set(name, pods);
  }

  /** Its pods stay where they are. */
  changeNode(name: string, fields: Partial<WorkloadNode>): void {
    const node = this.#nodes.get(name);
    if (node !== undefined) this.#nodes.set(name, { ...node, ...fields });
  }

  removeNode(name: string): void {
    this.#nodes.delete(name);
    this.#pods.delete(name);
  }

  node(name: string): WorkloadNode | undefined {
    return this.#nodes.get(name);
  }

  /** None: evictions go through again. */
  block(node: string, ...budgets: readonly string[]): void {
    this.#budgets.set(node, budgets);
  }

  /** Every call fails so until it is given `undefined`. */
  failWith(error: CloudError | undefined): void {
    this.#failure = error;
  }

  async version(): Promise<Result<string>> {
    return this.#answer(() => 'v1.33.2');
  }

  async listNodes(): Promise<Result<readonly WorkloadNode[]>> {
    return this.#answer(() => [...this.#nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  async cordon(name: string): Promise<Result<void>> {
    return this.#answer(() => {
      const node = this.#nodes.get(name);
      if (node !== undefined) this.#nodes.set(name, { ...node, unschedulable: true, cordonedByUs: true });
    });
  }

  async uncordon(name: string): Promise<Result<void>> {
    return this.#answer(() => {
      const found = this.#nodes.get(name);
      if (found === undefined) return;
      const { cordonedByUs: _, ...node } = found;
      this.#nodes.set(name, { ...node, unschedulable: false });
    });
  }

  /** The first look evicts and reports the pods as still going; the next one finds them gone. */
  async drain(name: string, { force }: { readonly force: boolean }): Promise<Result<DrainProgress>> {
    return this.#answer(() => {
      const podsLeft = this.#pods.get(name) ?? 0;
      const budgets = [...(this.#budgets.get(name) ?? [])].sort();
      if (podsLeft === 0) return { state: 'drained' };
      if (budgets.length > 0 && !force) return { state: 'blocked', podsLeft, budgets };
      this.#pods.set(name, 0);
      return { state: 'draining', podsLeft };
    });
  }

  async apply(object: KubernetesObject): Promise<Result<void>> {
    return this.#answer(() => {
      this.#applied.set(keyOf(object), object);
    });
  }

  async read(object: KubernetesObject): Promise<Result<KubernetesObject | undefined>> {
    return this.#answer(() => this.#applied.get(keyOf(object)));
  }

  async remove(object: KubernetesObject): Promise<Result<void>> {
    return this.#answer(() => {
      this.#applied.delete(keyOf(object));
    });
  }

  #answer<T>(value: () => T): Result<T> {
    return this.#failure === undefined ? ok(value()) : fail(this.#failure);
  }
}

const keyOf = ({ apiVersion, kind, metadata: { name, namespace = '' } }: KubernetesObject): string =>
  `${apiVersion}/${kind}/${namespace}/${name}`;

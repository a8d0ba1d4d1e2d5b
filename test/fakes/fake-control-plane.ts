/**
 * The API of a cluster that runs on FakeMachines: nodes that its machines become, and an etcd that needs a majority for
 * everything. It keeps what lib/kube/self-managed.ts promises, and writes down what must never happen.
 */
import { type CloudError, fail, ok, type Result } from '../../lib/domain/errors.ts';
import type { Taint } from '../../lib/domain/pool.ts';
import type { KubernetesObject, WorkloadNode } from '../../lib/kube/port.ts';
import type {
  ControlPlaneComponent,
  ControlPlanePod,
  DaemonSetState,
  EtcdMember,
  JoinToken,
  SelfManagedApi,
} from '../../lib/kube/self-managed.ts';
import { FakeWorkloadApi } from './fake-workload-api.ts';

interface RealMember {
  readonly id: string;
  readonly name: string;
  learner: boolean;
}

const COMPONENTS: readonly ControlPlaneComponent[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
];

export const DOWN: CloudError = {
  code: 'Unavailable',
  message: "The cluster's API server does not answer in time.",
  source: 'kube:test:Timeout',
};

export class FakeControlPlane extends FakeWorkloadApi implements SelfManagedApi {
  #members: RealMember[] = [];
  #leader = '';
  #made = 0;
  readonly #volumes = new Map<string, readonly string[]>();
  readonly #tokens = new Set<string>();
  /** Whether the machine of that node lives. */
  isAlive: (node: string) => boolean = () => true;
  /** Whether the load balancer has somebody to send a request to. */
  isReachable: () => boolean = () => true;
  readonly violations: string[] = [];
  /** Nodes whose member was saved, in order. */
  readonly saves: string[] = [];

  get tokens(): ReadonlySet<string> {
    return this.#tokens;
  }

  get initialised(): boolean {
    return this.#made > 0;
  }

  get voters(): readonly string[] {
    return this.#members.filter(({ learner }) => !learner).map(({ name }) => name);
  }

  isMember(node: string): boolean {
    return this.#members.some(({ name }) => name === node);
  }

  hasMajority(members: readonly RealMember[] = this.#members): boolean {
    const voters = members.filter(({ learner }) => !learner);
    return voters.filter(({ name }) => this.isAlive(name)).length > voters.length / 2;
  }

  /** Whether there would still be a majority without that node. */
  survives(node: string): boolean {
    const voters = this.voters;
    const left = voters.filter((name) => name !== node && this.isAlive(name));
    return !voters.includes(node) || left.length > voters.length / 2;
  }

  get isUp(): boolean {
    return this.initialised && this.hasMajority() && this.isReachable();
  }

  /** `kubeadm init` on that node. */
  init(node: string): void {
    if (this.initialised) this.violations.push(`a second init, on ${node}`);
    this.#add(node, false);
    this.#leader = node;
  }

  /** `kubeadm join --control-plane`: a learner at first. */
  joinEtcd(node: string): void {
    if (this.#members.some(({ learner }) => learner))
      this.violations.push(`two members join etcd at once: ${node}`);
    if (this.#members.length === 1 && !this.saves.includes(this.#leader))
      this.violations.push(`${node} joins an etcd of one that nobody saved`);
    this.#add(node, true);
  }

  promote(node: string): void {
    for (const member of this.#members) if (member.name === node) member.learner = false;
  }

  attachVolumes(node: string, ...names: readonly string[]): void {
    this.#volumes.set(node, names);
  }

  /** From outside. */
  expel(node: string): void {
    this.#members = this.#members.filter(({ name }) => name !== node);
  }

  async ready(): Promise<Result<boolean>> {
    return this.isUp ? ok(true) : fail(DOWN);
  }

  override async listNodes(): Promise<Result<readonly WorkloadNode[]>> {
    return this.isUp ? super.listNodes() : fail(DOWN);
  }

  async controlPlanePods(): Promise<Result<readonly ControlPlanePod[]>> {
    if (!this.isUp) return fail(DOWN);
    const pods = this.#members.flatMap(({ name, learner }) =>
      COMPONENTS.map((component) => ({ component, node: name, ready: this.isAlive(name) && !learner })),
    );
    return ok(pods);
  }

  async etcdMembers(via: string): Promise<Result<readonly EtcdMember[]>> {
    if (!this.isUp || !this.isAlive(via) || !this.isMember(via)) return fail(DOWN);
    if (!this.isAlive(this.#leader)) this.#leader = via;
    return ok(
      this.#members.map(({ id, name, learner }) => ({
        id,
        name,
        learner,
        started: true,
        leader: name === this.#leader,
        healthy: this.isAlive(name),
      })),
    );
  }

  async removeEtcdMember(via: string, memberId: string): Promise<Result<void>> {
    if (!this.isUp || !this.isAlive(via) || !this.isMember(via)) return fail(DOWN);
    const leaving = this.#members.find(({ id }) => id === memberId);
    if (!leaving) return ok(undefined);
    if (leaving.name === via) this.violations.push(`member ${via} was asked to remove itself`);
    const left = this.#members.filter((member) => member !== leaving);
    if (!this.hasMajority(left)) this.violations.push(`removing ${leaving.name} costs etcd its majority`);
    this.#members = left;
    if (leaving.name === this.#leader) this.#leader = via;
    return ok(undefined);
  }

  async moveEtcdLeader(via: string, toMemberId: string): Promise<Result<void>> {
    const to = this.#members.find(({ id }) => id === toMemberId);
    if (!this.isUp || !to || via !== this.#leader) return fail(DOWN);
    this.#leader = to.name;
    return ok(undefined);
  }

  async saveEtcd(via: string): Promise<Result<string>> {
    if (!this.isUp || !this.isAlive(via) || !this.isMember(via)) return fail(DOWN);
    this.saves.push(via);
    return ok('/var/lib/etcd/before-growth.db');
  }

  async deleteNode(name: string): Promise<Result<void>> {
    if (!this.isUp) return fail(DOWN);
    if (this.isAlive(name)) this.violations.push(`node ${name} was deleted while its machine lives`);
    this.removeNode(name);
    return ok(undefined);
  }

  async shapeNode(
    name: string,
    {
      labels,
      taints,
    }: { readonly labels: Readonly<Record<string, string>>; readonly taints: readonly Taint[] },
  ): Promise<Result<void>> {
    if (!this.isUp) return fail(DOWN);
    const node = this.node(name);
    if (node) this.changeNode(name, { labels: { ...node.labels, ...labels }, taints });
    return ok(undefined);
  }

  async putJoinToken({ id }: JoinToken): Promise<Result<void>> {
    if (!this.isUp) return fail(DOWN);
    this.#tokens.add(id);
    return ok(undefined);
  }

  async removeJoinToken(id: string): Promise<Result<void>> {
    if (!this.isUp) return fail(DOWN);
    this.#tokens.delete(id);
    return ok(undefined);
  }

  async volumesAttachedTo(node: string): Promise<Result<readonly string[]>> {
    return this.isUp ? ok(this.#volumes.get(node) ?? []) : fail(DOWN);
  }

  override async read({ kind, metadata }: KubernetesObject): Promise<Result<KubernetesObject | undefined>> {
    if (!this.isUp) return fail(DOWN);
    const { name, namespace } = metadata;
    return ok(
      this.applied.find(
        (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace,
      ),
    );
  }

  async daemonSets(): Promise<Result<readonly DaemonSetState[]>> {
    return this.isUp ? ok([]) : fail(DOWN);
  }

  #add(name: string, learner: boolean): void {
    this.#made += 1;
    this.#members.push({ id: this.#made.toString(16), name, learner });
  }
}

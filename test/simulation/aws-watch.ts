/**
 * Looks at the simulated AWS after every request that we sent to it, and now and then in between: what must never be
 * there is noted, and the world stops at the note.
 */
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { SimAnswer, SimRequest } from '../../local/clouds/kit/wire.ts';
import { egressOf, etcdOf, machinesOf } from './aws-facts.ts';
import type { AwsSide } from './aws-side.ts';
import { AwsTrace, operationOf } from './aws-trace.ts';
import { MINUTE } from './deployment.ts';
import type { Scheduler } from './scheduler.ts';

const READS = /^(?:Describe|Get|List|Receive|Simulate)/;
/** A pass that read the document before an edit may still launch for it: its deadline, and a request that lands late. */
const OLD_WISHES_MS = 2 * MINUTE;

interface Wish {
  readonly size: number;
  readonly zones: readonly string[];
  /** Since when it is no wish any more. */
  until: number;
}

export class AwsWatch {
  readonly violations: string[] = [];
  readonly trace = new AwsTrace();
  readonly #scheduler: Scheduler;
  readonly #side: () => AwsSide;
  /** By `<uid>/<pool>`, the last one in force. */
  readonly #wishes = new Map<string, Wish[]>();
  readonly #generations = new Map<string, number>();
  /** Zones that a cluster ever had, by uid. */
  readonly #zones = new Map<string, Set<string>>();

  constructor(scheduler: Scheduler, side: () => AwsSide) {
    this.#scheduler = scheduler;
    this.#side = side;
  }

  /** After every event: what people want, for the time in which an old wish may still be carried out. */
  noteWishes(documents: Iterable<ClusterDocument>): void {
    for (const { id, generation, spec } of documents) {
      if (this.#generations.get(id) === generation) continue;
      this.#generations.set(id, generation);
      const zones = this.#zones.get(id) ?? new Set();
      this.#zones.set(id, zones);
      for (const pool of spec.pools) for (const zone of pool.zones) zones.add(zone);
      this.#replaceWishes(id, spec.pools);
    }
  }

  saw(request: SimRequest, answer: SimAnswer): void {
    const operation = operationOf(request.headers, request.body);
    const isRead = READS.test(operation);
    const clock = new Date(this.#scheduler.now()).toISOString().slice(11, 19);
    this.trace.add(operation, request, answer, isRead, clock);
    if (answer !== 'cut' && answer.body.includes('SimulatorDefect')) this.violations.push(answer.body);
    if (isRead) return;
    if (operation === 'RunInstances') this.#checkMachines(request.body);
    if (operation === 'AllocateAddress' || operation === 'CreateNatGateway') this.#checkEgress();
  }

  /** What happens by itself. `isWanted`: people have not asked for the cluster's deletion. */
  look(isWanted: (uid: string) => boolean): void {
    for (const { uid, hasQuorum, learners } of etcdOf(this.#side())) {
      if (!hasQuorum && isWanted(uid)) this.violations.push(`etcd of ${uid} lost its quorum`);
      if (learners > 1) this.violations.push(`${learners} members join etcd of ${uid} at once`);
    }
    for (const { uid } of this.#side().machines.splitClusters())
      this.violations.push(`A second kubeadm init of ${uid}`);
  }

  #checkMachines(request: string): void {
    if (/slipway%3Apool/.test(request) && /AssociatePublicIpAddress=true/.test(request))
      this.violations.push('A node was asked for with a public address');
    const slots = new Set<string>();
    const counts = new Map<string, number>();
    for (const { uid, pool, index, isEnding } of machinesOf(this.#side())) {
      if (isEnding) continue;
      const slot = `${uid}/${pool}/${index}`;
      if (slots.has(slot)) this.violations.push(`Two machines of ${slot}`);
      slots.add(slot);
      const key = `${uid}/${pool}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [key, count] of counts) this.#checkCount(key, count);
  }

  #checkCount(key: string, count: number): void {
    const most = Math.max(0, ...this.#recent(key).map(({ size }) => size));
    // Machines that are on their way out after a pool was made smaller are many; they are none that were started now.
    const before = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count);
    if (count > before && count > most + 1)
      this.violations.push(`${key}: ${count} machines, and ${most} are wanted`);
  }

  readonly #counts = new Map<string, number>();

  #checkEgress(): void {
    for (const [uid, { nats, addresses }] of egressOf(this.#side())) {
      const most = (this.#zones.get(uid)?.size ?? 0) + 1;
      if (nats > most) this.violations.push(`${uid}: ${nats} NAT gateways in ${most - 1} zones`);
      if (addresses > most) this.violations.push(`${uid}: ${addresses} addresses in ${most - 1} zones`);
    }
  }

  #recent(key: string): readonly Wish[] {
    const now = this.#scheduler.now();
    return (this.#wishes.get(key) ?? []).filter(({ until }) => until + OLD_WISHES_MS >= now);
  }

  #replaceWishes(id: string, pools: ClusterDocument['spec']['pools']): void {
    const now = this.#scheduler.now();
    for (const [key, wishes] of this.#wishes) {
      if (!key.startsWith(`${id}/`)) continue;
      for (const wish of wishes) if (wish.until > now) wish.until = now;
    }
    for (const { name, size, zones } of pools) {
      const key = `${id}/${name}`;
      const known = this.#wishes.get(key) ?? [];
      this.#wishes.set(key, [...known, { size, zones, until: Number.POSITIVE_INFINITY }]);
    }
  }
}

/**
 * The network of an AWS region in memory: what is made hides for a while, NAT gateways take their time, what is in use
 * cannot go, and answers can be lost. Stands in for NetworkPort; the simulated AWS speaks the wire, this does not.
 */
import type { NetworkSeen, SubnetSeen } from '../../lib/clouds/aws/catalog/port.ts';
import type {
  GatewaySeen,
  InterfaceSeen,
  NatSeen,
  NetworkPort,
  OwnSubnet,
  RouteTableSeen,
  VpcSeen,
} from '../../lib/clouds/aws/network/port.ts';
import type { Tags } from '../../lib/domain/cluster.ts';
import { type CloudError, fail, ok, type Result } from '../../lib/domain/errors.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import { fakeEgress } from './fake-network-egress.ts';
import { fakeVpcs } from './fake-network-vpcs.ts';

type Operation = keyof NetworkPort;
type Changed<T> = { -readonly [K in keyof T]: T[K] };

interface Vpc extends Changed<VpcSeen> {
  readonly dns: Set<string>;
}
interface Nat extends Changed<NatSeen> {
  readonly subnetId: string;
  readonly allocationId: string;
  changedAt: EpochMs;
}
interface Address {
  readonly id: string;
  readonly publicIp: string;
  tags: Tags;
}

const UID = 'slipway:cluster-uid';
const NAT_STARTS_MS = 100_000;
const NAT_ENDS_MS = 40_000;
const LOST: CloudError = {
  code: 'Unavailable',
  message: 'socket hang up',
  source: 'fake',
  outcomeUnknown: true,
};
export const refusal = (code: CloudError['code'], message: string): Result<never> =>
  fail({ code, message, source: 'fake' });
export const inUse = (what: string) =>
  refusal('DependencyInUse', `DependencyViolation: ${what} has dependencies`);

export class FakeNetwork {
  nowMs: EpochMs = 0;
  /** How long what was just made is not in lists. */
  hiddenMs = 0;
  accountId = '123456789012';
  readonly writes: string[] = [];
  readonly vpcs = new Map<string, Vpc>();
  readonly gateways = new Map<string, Changed<GatewaySeen>>();
  readonly subnets = new Map<string, Changed<OwnSubnet>>();
  readonly addresses = new Map<string, Address>();
  readonly nats = new Map<string, Nat>();
  readonly tables = new Map<string, Changed<RouteTableSeen>>();
  readonly interfaces: InterfaceSeen[] = [];
  /** Subnets of static placement. */
  adoptable: SubnetSeen[] = [];
  /** Why the next NAT gateways fail. */
  natFailure: string | undefined;
  readonly #madeAt = new Map<string, EpochMs>();
  readonly #tokens = new Map<string, string>();
  readonly #answers = new Map<Operation, (CloudError | undefined)[]>();
  #count = 0;

  /** The next answer is lost after the effect. */
  lose(operation: Operation): void {
    this.refuse(operation, LOST);
  }

  /** What becomes of the next calls, one after another; `undefined`: carried out. */
  refuse(operation: Operation, ...errors: readonly (CloudError | undefined)[]): void {
    this.#answers.set(operation, [...(this.#answers.get(operation) ?? []), ...errors]);
  }

  /** Everything that carries a tag of ours. */
  left(): readonly string[] {
    const nats = [...this.nats.values()].filter(({ state }) => state !== 'deleted');
    const maps = [this.vpcs, this.gateways, this.subnets, this.addresses, this.tables];
    return [...maps.flatMap((map) => [...map.keys()]), ...nats.map(({ id }) => id)];
  }

  readonly port: NetworkPort = { ...fakeVpcs(this), ...fakeEgress(this) };

  async write<T>(operation: Operation, what: string, effect: () => Result<T>): Promise<Result<T>> {
    const [answer, ...rest] = this.#answers.get(operation) ?? [];
    this.#answers.set(operation, rest);
    this.writes.push(`${operation} ${what}`.trimEnd());
    if (answer === undefined) return effect();
    if (answer.outcomeUnknown) effect();
    return fail(answer);
  }

  id(prefix: string): string {
    this.#count += 1;
    const id = `${prefix}-${this.#count}`;
    this.#madeAt.set(id, this.nowMs);
    return id;
  }

  put<T extends { readonly id: string }>(
    into: Map<string, T>,
    prefix: string,
    make: (id: string) => T,
  ): string {
    const id = this.id(prefix);
    into.set(id, make(id));
    return id;
  }

  once(token: string, make: () => string): string {
    const id = this.#tokens.get(token) ?? make();
    this.#tokens.set(token, id);
    return id;
  }

  drop(from: Map<string, unknown>, id: string): Result<undefined> {
    from.delete(id);
    return ok(undefined);
  }

  seen<T extends { readonly id: string }>(all: ReadonlyMap<string, T>): readonly T[] {
    return [...all.values()].filter(({ id }) => this.nowMs - (this.#madeAt.get(id) ?? 0) >= this.hiddenMs);
  }

  own<T extends { readonly id: string; readonly tags: Tags }>(
    all: ReadonlyMap<string, T>,
    uid: string,
  ): readonly T[] {
    return this.seen(all).filter(({ tags }) => tags[UID] === uid);
  }

  networkOf(id: string): NetworkSeen | undefined {
    const vpc = this.seen(this.vpcs).find((one) => one.id === id);
    if (!vpc) return undefined;
    const { cidrs, dns } = vpc;
    return {
      id,
      cidrs,
      dnsSupport: dns.has('enableDnsSupport'),
      dnsHostnames: dns.has('enableDnsHostnames'),
    };
  }

  moved(): ReadonlyMap<string, Nat> {
    for (const nat of this.nats.values()) {
      const elapsedMs = this.nowMs - nat.changedAt;
      if (nat.state === 'pending' && elapsedMs >= NAT_STARTS_MS) nat.state = 'available';
      if (nat.state === 'deleting' && elapsedMs >= NAT_ENDS_MS) nat.state = 'deleted';
    }
    return this.nats;
  }

  isHeld(allocationId: string): boolean {
    return [...this.moved().values()].some(
      (nat) => nat.allocationId === allocationId && nat.state !== 'deleted',
    );
  }

  retag(ids: readonly string[], change: (tags: Tags) => Tags): Result<undefined> {
    for (const map of [this.vpcs, this.subnets]) {
      for (const one of map.values()) if (ids.includes(one.id)) one.tags = change(one.tags);
    }
    this.adoptable = this.adoptable.map((one) =>
      ids.includes(one.id) ? { ...one, tags: change(one.tags) } : one,
    );
    return ok(undefined);
  }
}

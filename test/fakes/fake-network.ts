/**
 * The network of an AWS region in memory: what is made hides for a while, NAT gateways take their time, what is in use
 * cannot go, and answers can be lost. Stands in for NetworkPort; the simulated AWS speaks the wire, this does not.
 */
import type { NetworkSeen, SubnetSeen } from '../../lib/clouds/aws/catalog/port.ts';
import type {
  GatewaySeen,
  InterfaceSeen,
  NatSeen,
  NatState,
  NetworkPort,
  OwnSubnet,
  RouteTableSeen,
  VpcSeen,
} from '../../lib/clouds/aws/network/port.ts';
import type { Tags } from '../../lib/domain/cluster.ts';
import { type CloudError, fail, ok, type Result } from '../../lib/domain/errors.ts';
import type { EpochMs } from '../../lib/domain/time.ts';

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
const refusal = (code: CloudError['code'], message: string): Result<never> =>
  fail({ code, message, source: 'fake' });
const inUse = (what: string) => refusal('DependencyInUse', `DependencyViolation: ${what} has dependencies`);

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

  readonly port: NetworkPort = {
    identity: async () =>
      ok({ accountId: this.accountId, arn: `arn:aws:iam::${this.accountId}:user/slipway` }),
    zones: async () =>
      ok(['a', 'b', 'c'].map((zone, at) => ({ name: `eu-central-1${zone}`, id: `euc1-az${at + 1}` }))),

    ownVpcs: async (uid) => ok(this.#own(this.vpcs, uid)),
    network: async (id) => ok(this.#networkOf(id)),
    createVpc: (cidr, tags) =>
      this.#write('createVpc', cidr, () => {
        const made = {
          id: this.#id('vpc'),
          cidrs: [cidr],
          state: 'available',
          tags,
          dns: new Set(['enableDnsSupport']),
        };
        this.vpcs.set(made.id, made);
        return ok(made);
      }),
    enableDns: (id, attribute) =>
      this.#write('enableDns', attribute, () => {
        this.vpcs.get(id)?.dns.add(attribute);
        return ok(undefined);
      }),
    deleteVpc: (id) =>
      this.#write('deleteVpc', id, () => {
        const within = [...this.subnets.values()].some(({ vpcId }) => vpcId === id);
        const attached = [...this.gateways.values()].some((one) =>
          one.attachments.some(({ vpcId }) => vpcId === id),
        );
        if (within || attached) return inUse(id);
        return this.#drop(this.vpcs, id);
      }),
    contentsOf: async (id) =>
      ok([...this.subnets.values()].flatMap((one) => (one.vpcId === id ? [`subnet ${one.id}`] : []))),

    ownGateways: async (uid) => ok(this.#own(this.gateways, uid)),
    createGateway: (tags) =>
      this.#write('createGateway', '', () =>
        ok(this.#put(this.gateways, 'igw', (id) => ({ id, attachments: [], tags }))),
      ),
    attachGateway: (id, vpcId) =>
      this.#write('attachGateway', `${id} ${vpcId}`, () => {
        const gateway = this.gateways.get(id);
        if (gateway) gateway.attachments = [{ vpcId, state: 'available' }];
        return ok(undefined);
      }),
    detachGateway: (id, vpcId) =>
      this.#write('detachGateway', `${id} ${vpcId}`, () => {
        if ([...this.nats.values()].some(({ state }) => state !== 'deleted' && state !== 'failed'))
          return inUse(vpcId);
        const gateway = this.gateways.get(id);
        if (gateway) gateway.attachments = [];
        return ok(undefined);
      }),
    deleteGateway: (id) =>
      this.#write('deleteGateway', id, () =>
        this.gateways.get(id)?.attachments.length ? inUse(id) : this.#drop(this.gateways, id),
      ),

    ownSubnets: async (uid) => ok(this.#own(this.subnets, uid)),
    subnetsIn: async (id) => ok(this.#seen(this.subnets).filter(({ vpcId }) => vpcId === id)),
    adoptableSubnets: async () => ok(this.adoptable),
    createSubnet: ({ vpcId, zone, cidr, tags }) =>
      this.#write('createSubnet', `${cidr} ${zone}`, () => {
        const taken = [...this.subnets.values()].some((one) => one.vpcId === vpcId && one.cidr === cidr);
        if (taken) return refusal('Conflict', `InvalidSubnet.Conflict: ${cidr}`);
        return ok(
          this.#put(this.subnets, 'subnet', (id) => ({ id, vpcId, zone, cidr, state: 'available', tags })),
        );
      }),
    deleteSubnet: (id) =>
      this.#write('deleteSubnet', id, () =>
        this.interfaces.some(({ subnetId }) => subnetId === id) ? inUse(id) : this.#drop(this.subnets, id),
      ),
    interfacesIn: async (ids) => ok(this.interfaces.filter(({ subnetId }) => ids.includes(subnetId))),

    ownAddresses: async (uid) =>
      ok(this.#own(this.addresses, uid).map((one) => ({ ...one, associated: this.#isHeld(one.id) }))),
    allocateAddress: (tags) =>
      this.#write('allocateAddress', tags['slipway:az'] ?? '', () => {
        const publicIp = `198.51.100.${this.#count + 1}`;
        return ok({
          id: this.#put(this.addresses, 'eipalloc', (id) => ({ id, publicIp, tags })),
          publicIp,
          associated: false,
          tags,
        });
      }),
    releaseAddress: (id) =>
      this.#write('releaseAddress', id, () =>
        this.#isHeld(id) ? inUse(id) : this.#drop(this.addresses, id),
      ),

    ownNatGateways: async (uid) => ok(this.#own(this.#moved(), uid)),
    natAddressesIn: async () => ok(['203.0.113.7']),
    createNatGateway: ({ subnetId, allocationId, token, tags }) =>
      this.#write('createNatGateway', `${subnetId} ${allocationId}`, () =>
        ok(
          this.#once(token, () => {
            const failure = this.natFailure;
            const state: NatState = failure === undefined ? 'pending' : 'failed';
            return this.#put(this.nats, 'nat', (id) => ({
              id,
              ...(failure === undefined ? {} : { failure }),
              vpcId: this.subnets.get(subnetId)?.vpcId ?? '',
              state,
              publicIps: [this.addresses.get(allocationId)?.publicIp ?? ''],
              subnetId,
              allocationId,
              changedAt: this.nowMs,
              tags,
            }));
          }),
        ),
      ),
    deleteNatGateway: (id) =>
      this.#write('deleteNatGateway', id, () => {
        const nat = this.nats.get(id);
        if (nat) Object.assign(nat, { state: 'deleting', changedAt: this.nowMs });
        return ok(undefined);
      }),

    ownRouteTables: async (uid) => ok(this.#own(this.tables, uid)),
    createRouteTable: (_vpcId, token, tags) =>
      this.#write('createRouteTable', tags['slipway:az'] ?? 'public', () =>
        ok(this.#once(token, () => this.#put(this.tables, 'rtb', (id) => ({ id, associations: [], tags })))),
      ),
    routeTo: (tableId, targetId, { replace }) =>
      this.#write('routeTo', `${tableId} ${targetId}${replace ? ' instead' : ''}`, () => {
        const table = this.tables.get(tableId);
        if (table) table.defaultRoute = { targetId, blackhole: false };
        return ok(undefined);
      }),
    associate: (tableId, subnetId) =>
      this.#write('associate', `${tableId} ${subnetId}`, () => {
        const table = this.tables.get(tableId);
        const one = { id: this.#id('rtbassoc'), subnetId, state: 'associated' };
        if (table) table.associations = [...table.associations, one];
        return ok(undefined);
      }),
    disassociate: (id) =>
      this.#write('disassociate', id, () => {
        for (const table of this.tables.values()) {
          table.associations = table.associations.filter((one) => one.id !== id);
        }
        return ok(undefined);
      }),
    deleteRouteTable: (id) =>
      this.#write('deleteRouteTable', id, () =>
        this.tables.get(id)?.associations.length ? inUse(id) : this.#drop(this.tables, id),
      ),

    tag: (ids, tags) =>
      this.#write('tag', words(ids, tags), () => this.#retag(ids, (old) => ({ ...old, ...tags }))),
    untag: (ids, tags) =>
      this.#write('untag', words(ids, tags), () =>
        this.#retag(ids, (old) =>
          Object.fromEntries(Object.entries(old).filter(([key, value]) => tags[key] !== value)),
        ),
      ),
  };

  async #write<T>(operation: Operation, what: string, effect: () => Result<T>): Promise<Result<T>> {
    const [answer, ...rest] = this.#answers.get(operation) ?? [];
    this.#answers.set(operation, rest);
    this.writes.push(`${operation} ${what}`.trimEnd());
    if (answer === undefined) return effect();
    if (answer.outcomeUnknown) effect();
    return fail(answer);
  }

  #id(prefix: string): string {
    this.#count += 1;
    const id = `${prefix}-${this.#count}`;
    this.#madeAt.set(id, this.nowMs);
    return id;
  }

  #put<T extends { readonly id: string }>(
    into: Map<string, T>,
    prefix: string,
    make: (id: string) => T,
  ): string {
    const id = this.#id(prefix);
    into.set(id, make(id));
    return id;
  }

  #once(token: string, make: () => string): string {
    const id = this.#tokens.get(token) ?? make();
    this.#tokens.set(token, id);
    return id;
  }

  #drop(from: Map<string, unknown>, id: string): Result<undefined> {
    from.delete(id);
    return ok(undefined);
  }

  #seen<T extends { readonly id: string }>(all: ReadonlyMap<string, T>): readonly T[] {
    return [...all.values()].filter(({ id }) => this.nowMs - (this.#madeAt.get(id) ?? 0) >= this.hiddenMs);
  }

  #own<T extends { readonly id: string; readonly tags: Tags }>(
    all: ReadonlyMap<string, T>,
    uid: string,
  ): readonly T[] {
    return this.#seen(all).filter(({ tags }) => tags[UID] === uid);
  }

  #networkOf(id: string): NetworkSeen | undefined {
    const vpc = this.#seen(this.vpcs).find((one) => one.id === id);
    if (!vpc) return undefined;
    const { cidrs, dns } = vpc;
    return {
      id,
      cidrs,
      dnsSupport: dns.has('enableDnsSupport'),
      dnsHostnames: dns.has('enableDnsHostnames'),
    };
  }

  #moved(): ReadonlyMap<string, Nat> {
    for (const nat of this.nats.values()) {
      const elapsedMs = this.nowMs - nat.changedAt;
      if (nat.state === 'pending' && elapsedMs >= NAT_STARTS_MS) nat.state = 'available';
      if (nat.state === 'deleting' && elapsedMs >= NAT_ENDS_MS) nat.state = 'deleted';
    }
    return this.nats;
  }

  #isHeld(allocationId: string): boolean {
    return [...this.#moved().values()].some(
      (nat) => nat.allocationId === allocationId && nat.state !== 'deleted',
    );
  }

  #retag(ids: readonly string[], change: (tags: Tags) => Tags): Result<undefined> {
    for (const map of [this.vpcs, this.subnets]) {
      for (const one of map.values()) if (ids.includes(one.id)) one.tags = change(one.tags);
    }
    this.adoptable = this.adoptable.map((one) =>
      ids.includes(one.id) ? { ...one, tags: change(one.tags) } : one,
    );
    return ok(undefined);
  }
}

function words(ids: readonly string[], tags: Tags): string {
  return `${ids.join(' ')} ${Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')}`;
}

/**
 * A cloud's machines in memory, on a clock that tests own: client tokens, lists that lag, ended machines that stay
 * listed, room per zone, a quota, prices and a load balancer. It keeps what lib/machines/port.ts promises, and writes
 * down what must never happen.
 */
import { type CloudError, fail, ok, type Result } from '../../lib/domain/errors.ts';
import type { MachinePrices } from '../../lib/domain/prices.ts';
import { toInstant } from '../../lib/domain/time.ts';
import type { Machine, MachineOrder, MachinePort, TargetHealth } from '../../lib/machines/port.ts';

/** A machine as it really is, whatever lists show. */
export interface RealMachine {
  readonly id: string;
  readonly order: MachineOrder;
  readonly nodeName: string;
  readonly launchedMs: number;
  /** Lists show it from then on. */
  readonly listedMs: number;
  /** Somebody ended it. */
  endedMs?: number;
  endedBecause?: string;
}

const RUNS_AFTER_MS = 20_000;
const GONE_AFTER_MS = 30_000;
const LISTED_WHEN_GONE_MS = 3_600_000;
const TARGET_STARTS_MS = 20_000;
const TARGET_LEAVES_MS = 30_000;

export class FakeMachines implements MachinePort {
  readonly #now: () => number;
  readonly #machines: RealMachine[] = [];
  readonly #tokens = new Map<string, { readonly parameters: string; readonly machine: RealMachine }>();
  readonly #targets = new Map<string, { readonly sinceMs: number; readonly leaving: boolean }>();
  /** Machines per `zone/capacity`; absent: as many as asked for. */
  readonly room = new Map<string, number>();
  /** Machines of all zones together. */
  quota = Number.POSITIVE_INFINITY;
  /** How many milliseconds lists do not show a machine that is launched now. */
  hidden: () => number = () => 0;
  market: MachinePrices = { spot: [] };
  /** Whether the API server of that machine answers health checks. */
  serves: (machine: RealMachine) => boolean = () => true;
  /** Called before machines are ended through the port, with those that still live. */
  beforeEnd: (machines: readonly RealMachine[]) => void = () => {};
  /** Called once a machine was launched. */
  launched: (machine: RealMachine) => void = () => {};
  readonly violations: string[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything that ever was. */
  get all(): readonly RealMachine[] {
    return this.#machines;
  }

  /** Not ended. */
  get living(): readonly RealMachine[] {
    return this.#machines.filter((machine) => machine.endedMs === undefined);
  }

  livingOf(pool: string): readonly RealMachine[] {
    return this.living.filter(({ order }) => order.pool === pool);
  }

  isRunning(machine: RealMachine): boolean {
    return machine.endedMs === undefined && this.#now() >= machine.launchedMs + RUNS_AFTER_MS;
  }

  isTarget(machine: RealMachine): boolean {
    return this.#targets.get(machine.id)?.leaving === false;
  }

  /** From outside: a person, a crash, the spot market. */
  kill(id: string, because = 'Client.UserInitiatedShutdown: by hand'): void {
    for (const machine of this.living.filter((one) => one.id === id)) this.#end(machine, because);
  }

  async list(): Promise<Result<readonly Machine[]>> {
    const now = this.#now();
    return ok(this.#machines.filter((machine) => isListed(machine, now)).map((one) => this.#shown(one)));
  }

  async launch(order: MachineOrder): Promise<Result<Machine>> {
    const token = `${order.pool}/${order.index}/${order.attempt}`;
    const parameters = JSON.stringify(order);
    const known = this.#tokens.get(token);
    if (known?.parameters === parameters) return ok(this.#shown(known.machine));
    if (known) return fail(refusal('Conflict', 'IdempotentParameterMismatch'));
    if (this.living.length >= this.quota) return fail(refusal('QuotaExceeded', 'VcpuLimitExceeded'));
    const refused = this.#roomFor(order);
    if (refused) return fail(refused);
    const machine = this.#make(order);
    this.#tokens.set(token, { parameters, machine });
    this.#noteTwins(machine);
    this.#machines.push(machine);
    this.launched(machine);
    return ok(this.#shown(machine));
  }

  async terminate(machines: readonly Machine[]): Promise<Result<void>> {
    const ids = new Set(machines.map(({ id }) => id));
    const ending = this.living.filter(({ id }) => ids.has(id));
    this.beforeEnd(ending);
    for (const machine of ending) this.#end(machine, 'Client.UserInitiatedShutdown');
    return ok(undefined);
  }

  async consoleTail(machine: Machine): Promise<Result<string | undefined>> {
    return ok(`${machine.name}: nothing heard of kubeadm`);
  }

  async attach(machine: Machine): Promise<Result<void>> {
    const real = this.#machines.find(({ id }) => id === machine.id);
    if (!real || !this.isRunning(real)) return fail(refusal('Conflict', 'InvalidTarget'));
    if (!this.isTarget(real)) this.#targets.set(machine.id, { sinceMs: this.#now(), leaving: false });
    return ok(undefined);
  }

  async detach(machine: Machine): Promise<Result<void>> {
    if (this.#targets.get(machine.id)?.leaving === false) {
      this.#targets.set(machine.id, { sinceMs: this.#now(), leaving: true });
    }
    return ok(undefined);
  }

  async targets(): Promise<Result<ReadonlyMap<string, TargetHealth>>> {
    const shown = this.#machines.map((machine) => [machine.id, this.#health(machine)] as const);
    return ok(new Map(shown.filter(([, health]) => health !== 'absent')));
  }

  async prices(): Promise<Result<MachinePrices>> {
    return ok(this.market);
  }

  #end(machine: RealMachine, because: string): void {
    machine.endedMs = this.#now();
    machine.endedBecause = because;
  }

  #make(order: MachineOrder): RealMachine {
    const number = this.#machines.length + 1;
    const now = this.#now();
    return {
      id: `i-${String(number).padStart(17, '0')}`,
      order,
      nodeName: `ip-10-0-${number >> 8}-${number & 255}`,
      launchedMs: now,
      listedMs: now + this.hidden(),
    };
  }

  #roomFor(order: MachineOrder): CloudError | undefined {
    const { zone, capacity } = order;
    const room = this.room.get(`${zone}/${capacity}`) ?? Number.POSITIVE_INFINITY;
    const there = this.living.filter((one) => one.order.zone === zone && one.order.capacity === capacity);
    if (there.length >= room) return refusal('CapacityUnavailable', 'InsufficientInstanceCapacity');
    const price = this.market.spot.find((one) => one.zone === zone)?.usd ?? Number.POSITIVE_INFINITY;
    const bid = Number(order.maxPriceUsd ?? 0);
    return capacity === 'spot' && bid < price
      ? refusal('CapacityUnavailable', 'SpotMaxPriceTooLow')
      : undefined;
  }

  #noteTwins({ order: { pool, index } }: RealMachine): void {
    const twin = this.livingOf(pool).find((one) => one.order.index === index);
    if (twin) this.violations.push(`a second living machine for slot ${pool}/${index}`);
  }

  #health(machine: RealMachine): TargetHealth {
    const target = this.#targets.get(machine.id);
    if (!target || machine.endedMs !== undefined) return 'absent';
    const sinceMs = this.#now() - target.sinceMs;
    if (target.leaving) return sinceMs < TARGET_LEAVES_MS ? 'leaving' : 'absent';
    if (!this.serves(machine)) return sinceMs < TARGET_STARTS_MS ? 'starting' : 'unhealthy';
    return sinceMs < TARGET_STARTS_MS ? 'starting' : 'healthy';
  }

  #shown(machine: RealMachine): Machine {
    const { pool, index, attempt, revision, zone, capacity, template } = machine.order;
    return {
      pool,
      index,
      attempt,
      revision,
      zone,
      capacity,
      id: machine.id,
      name: `shop-${pool}-${index}-${attempt}`,
      instanceType: String(template.instanceType ?? ''),
      state: this.#stateOf(machine),
      nodeName: machine.nodeName,
      providerId: `aws:///${zone}/${machine.id}`,
      launchedAt: toInstant(machine.launchedMs),
      ...(machine.endedBecause === undefined ? {} : { endedBecause: machine.endedBecause }),
    };
  }

  #stateOf(machine: RealMachine): Machine['state'] {
    if (machine.endedMs === undefined) return this.isRunning(machine) ? 'running' : 'launching';
    return this.#now() < machine.endedMs + GONE_AFTER_MS ? 'leaving' : 'gone';
  }
}

function isListed({ listedMs, endedMs }: RealMachine, now: number): boolean {
  return now >= listedMs && (endedMs === undefined || now < endedMs + LISTED_WHEN_GONE_MS);
}

function refusal(code: CloudError['code'], cloudsCode: string): CloudError {
  return { code, message: `${cloudsCode}: said the cloud`, source: `aws:test:${cloudsCode}` };
}

/**
 * The simulated AWS: one function from request to answer, over a state that it owns. Synchronous, without timers or
 * sockets, and deterministic: the same seed, clock and requests give the same answers. Transports are elsewhere.
 */
import type { MachineHost, MachineSide } from '../../machines/port.ts';
import { seededChance } from '../kit/chance.ts';
import type { CloudClock } from '../kit/clock.ts';
import { type Fault, type FaultRequest, Faults } from '../kit/faults.ts';
import { memoryRecords, type Records } from '../kit/records.ts';
import { RequestLog } from '../kit/request-log.ts';
import { TokenBuckets } from '../kit/token-bucket.ts';
import type { SimAnswer, SimHandler, SimRequest } from '../kit/wire.ts';
import { computeSide } from './compute/side.ts';
import { type AwsFront, awsFront, type Trace } from './core/front.ts';
import { type AwsSettings, DEFAULT_SETTINGS } from './core/settings.ts';
import type { InventoryItem } from './core/target.ts';
import { bringToPresent } from './core/timeline.ts';
import type { World } from './core/world.ts';
import { machineHost } from './host.ts';
import { inventory } from './inventory.ts';
import { handlersOf, operationsOf, PARTS, targetsOf } from './parts.ts';
import { seedAccount } from './seed.ts';

export interface AwsSimulatorOptions {
  readonly clock: CloudClock;
  /** In memory when absent. */
  readonly records?: Records;
  /** Decides every draw: durations, ids, lags. */
  readonly seed?: string;
  readonly settings?: Partial<AwsSettings>;
  /** What runs on the instances; nothing when absent. */
  readonly machines?: MachineSide;
}

export interface AwsSimulator {
  readonly handle: SimHandler;
  readonly log: RequestLog;
  /** Instances and networks for what runs on the instances. */
  readonly host: MachineHost;
  inventory(): readonly InventoryItem[];
  /** For tests: changes the world behind everyone's back. */
  change<T>(run: (world: World) => T): T;
  /** Throws a ZodError when the fault is malformed. */
  addFault(fault: FaultRequest): Fault;
  listFaults(): readonly Fault[];
  removeFault(id: string): boolean;
  clearFaults(): void;
  close(): void;
}

const NOTHING_RUNS: MachineSide = { listens: () => false, gone: () => undefined };

export function createAwsSimulator(options: AwsSimulatorOptions): AwsSimulator {
  const records = options.records ?? memoryRecords();
  const world = worldOf(options, records);
  const log = new RequestLog();
  const handlers = handlersOf(PARTS);
  seedAccount(world);
  for (const part of PARTS) part.seed?.(world);
  records.commit();
  const front = awsFront(world, operationsOf(PARTS), () => records.rollback());
  let isPresent = false;
  /** Brings the world to the present, and keeps what that changed. What asks from within is part of the same unit. */
  const present = <T>(read: () => T): T => {
    if (isPresent) return read();
    isPresent = true;
    try {
      bringToPresent(world, handlers);
      const result = read();
      records.commit();
      return result;
    } finally {
      isPresent = false;
    }
  };
  let requests = 0;
  return {
    handle: (request) =>
      present(() => {
        requests += 1;
        return answer({ world, records, front, log }, request, requests);
      }),
    log,
    host: machineHost(world, present),
    inventory: () => present(() => inventory(world, PARTS)),
    change: (run) => present(() => run(world)),
    addFault: (fault) =>
      present(() => {
        const added = world.faults.add(fault, world.clock.now());
        if (added.fault === 'instance-loss') computeSide.lose(world, added.machineId);
        computeSide.priceSpot(world);
        return added;
      }),
    listFaults: () => world.faults.list(),
    removeFault: (id) =>
      present(() => {
        const wasThere = world.faults.remove(id);
        computeSide.priceSpot(world);
        return wasThere;
      }),
    clearFaults: () =>
      present(() => {
        world.faults.clear();
        computeSide.priceSpot(world);
      }),
    close: () => records.close(),
  };
}

function worldOf({ clock, seed = 'aws', settings, machines }: AwsSimulatorOptions, records: Records): World {
  return {
    records,
    clock,
    chance: seededChance(seed),
    faults: new Faults(records),
    buckets: new TokenBuckets(),
    settings: { ...DEFAULT_SETTINGS, ...settings },
    targets: targetsOf(PARTS),
    compute: computeSide,
    machines: machines ?? NOTHING_RUNS,
  };
}

interface Inside {
  readonly world: World;
  readonly records: Records;
  readonly front: AwsFront;
  readonly log: RequestLog;
}

function answer({ world, records, front, log }: Inside, request: SimRequest, number: number): SimAnswer {
  const trace: Trace = { service: 'unknown', region: 'unknown', operation: 'unknown' };
  // What the timeline changed is kept whatever becomes of the request.
  records.commit();
  const requestId = world.chance.uuid(`request/${world.clock.now()}/${number}`);
  const result = guarded(records, () => front(request, requestId, trace));
  log.add({
    at: world.clock.now(),
    method: request.method,
    path: `/${trace.region}/${trace.service}`,
    operation: trace.operation,
    ...(trace.caller === undefined ? {} : { caller: trace.caller }),
    status: result === 'cut' ? 0 : result.status,
  });
  return result;
}

/** A request that hits a bug leaves the world as it was, and so does one that is refused (the front sees to that). */
function guarded(records: Records, run: () => SimAnswer): SimAnswer {
  try {
    return run();
  } catch (error) {
    records.rollback();
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const body = JSON.stringify({ __type: 'SimulatorDefect', message });
    return { status: 500, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
  }
}

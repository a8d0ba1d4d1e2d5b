/**
 * The smallest cloud that needs every rule of the protocol: a `network` whose create has neither token nor name (as
 * CreateVpc), and a `server` that is PUT by name and takes minutes. Lists by tag show a new network only after a while.
 * Real clouds have their own simulators; this one exists so that a missing rule shows within a few seeds.
 */
import type { AccountAccess, CallGuard, Cloud, OwnedResource } from '../../lib/clouds/port.ts';
import { PassDeadlineError } from '../../lib/clouds/port.ts';
import type { ClusterView } from '../../lib/domain/cluster.ts';
import { fail, ok, type Result } from '../../lib/domain/errors.ts';
import { type AnyStep, act, done, type Plan, type Step, wait } from '../../lib/domain/plan.ts';
import { isBelievedGone } from '../../lib/domain/quiet.ts';
import { Secret } from '../../lib/domain/secret.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Dice } from './dice.ts';
import {
  cloudWriteFate,
  type Incarnation,
  LATE_LANDING_MS,
  LATENCY_MS,
  REQUEST_TIMEOUT_MS,
} from './incarnation.ts';
import type { Scheduler } from './scheduler.ts';

/** D, and W of this cloud: how long a list may hide a new network. Milliseconds. */
export const DEADLINE_MS = 60_000;
export const HIDDEN_MS = 120_000;
/** Q = A + W: a write may leave until D, travel, and be seen only a hidden time later. */
export const QUIET_MS =
  DEADLINE_MS + Math.max(LATE_LANDING_MS, REQUEST_TIMEOUT_MS) + LATENCY_MS + HIDDEN_MS + 5_000;

export interface Resource {
  readonly id: string;
  readonly kind: 'network' | 'server';
  readonly clusterUid: string;
  readonly size: number;
  readonly readyAt: EpochMs;
  /** Lists show it from here on. */
  readonly visibleAt: EpochMs;
}

/** What exists, and what people must never find changed. */
export class ModelInventory {
  readonly resources = new Map<string, Resource>();
  /** Pre-existing, adopted, nobody's to delete. */
  adoptedIntact = true;
  readonly #scheduler: Scheduler;
  readonly #dice: Dice;
  #made = 0;

  constructor(scheduler: Scheduler, dice: Dice) {
    this.#scheduler = scheduler;
    this.#dice = dice;
  }

  createNetwork(clusterUid: string): string {
    this.#made += 1;
    const id = `net-${this.#made}`;
    const now = this.#scheduler.now();
    const visibleAt = now + this.#dice.between(0, HIDDEN_MS);
    this.resources.set(id, { id, kind: 'network', clusterUid, size: 0, readyAt: now, visibleAt });
    return id;
  }

  putServer(clusterUid: string, size: number): void {
    const id = `server-${clusterUid}`;
    const now = this.#scheduler.now();
    const readyAt = this.resources.get(id)?.readyAt ?? now + this.#dice.between(60_000, 300_000);
    this.resources.set(id, { id, kind: 'server', clusterUid, size, readyAt, visibleAt: now });
  }

  listed(clusterUid: string, kind?: Resource['kind']): readonly Resource[] {
    const now = this.#scheduler.now();
    return [...this.resources.values()].filter(
      (one) =>
        one.clusterUid === clusterUid && one.visibleAt <= now && (kind === undefined || one.kind === kind),
    );
  }
}

export interface ModelContext {
  read<T>(look: () => T): Promise<Result<T>>;
  write<T>(effect: () => T): Promise<Result<T>>;
  readonly inventory: ModelInventory;
}

interface DesiredNetwork {
  readonly clusterUid: string;
  readonly deleting: boolean;
  readonly recordedId?: string;
  /** The id as an earlier pass committed it: only then may twins be deleted. */
  readonly committedId?: string;
  readonly recordedAt?: string;
}

type NetworkAction = { readonly kind: 'create' } | { readonly kind: 'delete'; readonly id: string };

function planNetwork(want: DesiredNetwork, seen: readonly Resource[], nowMs: EpochMs): Plan<NetworkAction> {
  const [first] = seen;
  if (want.deleting)
    return first ? act({ kind: 'delete', id: first.id }, 'NetworkNotNeeded') : done('NetworkDeleted');
  const kept = seen.find((one) => one.id === want.recordedId) ?? first;
  if (kept) {
    const twin = seen.find((one) => one.id !== kept.id);
    if (twin && want.committedId === kept.id) return act({ kind: 'delete', id: twin.id }, 'TwinNotNeeded');
    return twin ? wait(1_000, 'KeepingOneOfTwo') : done('NetworkExists');
  }
  if (want.recordedId !== undefined && !isBelievedGone(want.recordedAt, nowMs, HIDDEN_MS)) {
    return wait(30_000, 'NetworkHidden');
  }
  return act({ kind: 'create' }, 'NetworkMissing', { claim: 'network' });
}

const networkStep: Step<ModelContext, DesiredNetwork, readonly Resource[], NetworkAction> = {
  name: 'model/network',
  title: 'Network',
  condition: 'CreatingInfrastructure',
  after: [],
  desired(view) {
    const record = view.record('model/network');
    const recordedId = view.outputs('model/network').id;
    return {
      clusterUid: view.id,
      deleting: view.deleting,
      ...(typeof recordedId === 'string' ? { recordedId } : {}),
      ...(typeof record?.outputs?.id === 'string' ? { committedId: record.outputs.id } : {}),
      ...(record?.recordedAt === undefined ? {} : { recordedAt: record.recordedAt }),
    };
  },
  observe: (ctx, want) => ctx.read(() => ctx.inventory.listed(want.clusterUid, 'network')),
  plan: planNetwork,
  read(want, seen) {
    const kept = seen.find((one) => one.id === want.recordedId) ?? seen[0];
    return kept ? { outputs: { id: kept.id }, found: ['network'] } : {};
  },
  async act(ctx, want, action) {
    if (action.kind === 'create') {
      const made = await ctx.write(() => ctx.inventory.createNetwork(want.clusterUid));
      return made.ok ? ok({ outputs: { id: made.value }, event: 'Created the network' }) : made;
    }
    const gone = await ctx.write(() => ctx.inventory.resources.delete(action.id));
    return gone.ok ? ok({ event: `Deleted network ${action.id}` }) : gone;
  },
};

interface DesiredServer {
  readonly clusterUid: string;
  readonly size: number;
  readonly deleting: boolean;
}

function planServer(
  want: DesiredServer,
  seen: Resource | undefined,
  nowMs: EpochMs,
): Plan<{ kind: 'put' | 'delete' }> {
  if (want.deleting) return seen ? act({ kind: 'delete' }, 'ServerNotNeeded') : done('ServerDeleted');
  if (seen?.size !== want.size) return act({ kind: 'put' }, 'ServerDiffers');
  return seen.readyAt <= nowMs ? done('ServerReady') : wait(60_000, 'ServerStarting');
}

const serverStep: Step<ModelContext, DesiredServer, Resource | undefined, { kind: 'put' | 'delete' }> = {
  name: 'model/server',
  title: 'Server',
  condition: 'AddingWorkerNode',
  after: ['model/network'],
  desired: (view) => ({ clusterUid: view.id, size: view.spec.pools[0]?.size ?? 0, deleting: view.deleting }),
  observe: (ctx, want) => ctx.read(() => ctx.inventory.resources.get(`server-${want.clusterUid}`)),
  plan: planServer,
  async act(ctx, want, action) {
    const id = `server-${want.clusterUid}`;
    const written = await ctx.write<unknown>(() =>
      action.kind === 'put'
        ? ctx.inventory.putServer(want.clusterUid, want.size)
        : ctx.inventory.resources.delete(id),
    );
    return written.ok ? ok({ event: `Asked to ${action.kind} the server`, lookAfterMs: 60_000 }) : written;
  },
};

const adoptedStep: Step<ModelContext, object, boolean, never> = {
  name: 'model/adopted',
  title: 'Adopted network',
  condition: 'CheckingAccount',
  after: [],
  desired: () => ({}),
  observe: (ctx) => ctx.read(() => ctx.inventory.adoptedIntact),
  plan: () => done('Adopted'),
  act: async () => {
    throw new Error('An adopted resource is never written');
  },
  read: () => ({
    resources: [
      {
        kind: 'Model/shared',
        id: 'shared',
        name: 'shared',
        role: 'network',
        origin: 'adopted',
        state: 'there',
      },
    ],
  }),
};

/** `process`: whose calls these are; each worker incarnation opens its own. */
export function modelCloud(
  process: Incarnation,
  inventory: ModelInventory,
  quietMs = QUIET_MS,
): Cloud<ModelContext> {
  return {
    type: 'aks',
    accountType: 'azure',
    windows: { quietMs, hiddenMs: HIDDEN_MS },
    steps: (): readonly AnyStep<ModelContext>[] => [adoptedStep, networkStep, serverStep],
    open: (_access: AccountAccess, _view: ClusterView, guard: CallGuard) =>
      contextOf(process, inventory, guard),
    listOwned: (ctx, view) => ctx.read(() => inventory.listed(view.id).map(ownedOf)),
    liveResources: async () => ok([]),
    deleteOwned: async (ctx, resource) => {
      const gone = await ctx.write(() => inventory.resources.delete(resource.id));
      return gone.ok ? ok(undefined) : gone;
    },
    verify: async () => [],
    defaultZones: async () => undefined,
    kubeconfig: async () => ok(new Secret('none')),
  };
}

function ownedOf(one: Resource): OwnedResource {
  return { kind: one.kind, id: one.id, name: one.id, clusterUid: one.clusterUid };
}

function contextOf(process: Incarnation, inventory: ModelInventory, guard: CallGuard): ModelContext {
  const failure = (how: string): CloudFailure => new CloudFailure(how);
  return {
    inventory,
    read: (look) => asResult(() => process.call(look, { failure })),
    write: (effect) =>
      asResult(() => process.call(effect, { failure, fate: cloudWriteFate, send: () => admit(guard) })),
  };
}

function admit(guard: CallGuard): void {
  if (guard.admit({ verb: 'write', family: 'model' })?.why === 'deadline')
    throw new PassDeadlineError('too late');
}

class CloudFailure extends Error {}

async function asResult<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    if (!(error instanceof CloudFailure)) throw error;
    const refused = error.message === 'refused';
    return fail({
      code: 'Unavailable',
      message: `The model cloud failed: ${error.message}`,
      source: 'model',
      ...(refused ? {} : { outcomeUnknown: true }),
    });
  }
}

/**
 * Launches machines side by side. Each is a function of its key, so a launch whose answer was lost is simply repeated;
 * what the cloud has no room for moves to the next zone, and only a refusal that nothing can be done about fails.
 */
import type { JsonObject } from '../../domain/cluster.ts';
import { type CloudError, fail, ok, type Result } from '../../domain/errors.ts';
import type { Acted } from '../../domain/plan.ts';
import { type EpochMs, toInstant } from '../../domain/time.ts';
import { labelsOf } from '../plan/housekeeping.ts';
import type { BootFacts, LaunchOrder, PoolAction, PoolDesired, PoolWish } from '../plan/model.ts';
import { isOptional, mayDeleteFirst, wishKeyOf } from '../plan/outdated.ts';
import { FRESH } from '../plan/slots.ts';
import type { Machine, MachineContext } from '../port.ts';
import { outputsOf, owing, type PoolRecord, type Slot } from '../record.ts';
import {
  HIDDEN_LOOK_MS,
  JOIN_FIRST_LOOK_MS,
  LAUNCHES_PER_ACT,
  NEXT_LOOK_MS,
  RUN_LOOK_MS,
} from '../timing.ts';

export type Launching = Extract<PoolAction, { kind: 'add-machines' }>;

type Launched =
  | { readonly kind: 'machine'; readonly order: LaunchOrder; readonly machine: Machine }
  | { readonly kind: 'refused'; readonly order: LaunchOrder; readonly error: CloudError }
  /** The cloud was not even asked. */
  | { readonly kind: 'unprepared'; readonly order: LaunchOrder; readonly error: CloudError };

export async function launchMachines(
  ctx: MachineContext,
  desired: PoolDesired,
  action: Launching,
): Promise<Result<Acted>> {
  const { wish } = desired;
  if (!wish) return fail(notWanted(desired.pool));
  const results = await Promise.all(action.orders.map((order) => launch(ctx, desired.boot, wish, order)));
  const now = toInstant(ctx.now());
  const slots = results.reduce((all, one) => withResult(all, one, now), action.record.slots);
  const record: PoolRecord = {
    ...action.record,
    slots,
    ...(action.replaces === undefined ? {} : { strategy: 'surge' as const }),
  };
  return conclude(desired, { ...action, record }, results, ctx.now());
}

/** Only a dry run plans launches that early. */
const NO_NETWORK: CloudError = {
  code: 'NotFound',
  message: 'What machines need of the cloud is not recorded yet.',
  source: 'slipway:launch',
};

/** Cannot happen: nothing is launched for a pool that left the spec. */
function notWanted(pool: string): CloudError {
  return { code: 'InvalidRequest', message: `Pool ${pool} is not in the spec.`, source: 'slipway:launch' };
}

async function launch(
  ctx: MachineContext,
  boot: BootFacts,
  wish: PoolWish,
  order: LaunchOrder,
): Promise<Launched> {
  const { template } = boot;
  const userData = await prepare(ctx, boot, wish, order);
  if (!userData.ok) return { kind: 'unprepared', order, error: userData.error };
  if (template === undefined) return { kind: 'unprepared', order, error: NO_NETWORK };
  const { pool, index, attempt, zone, capacity, maxPriceUsd } = order;
  const result = await ctx.machines.launch({
    pool,
    index,
    attempt,
    revision: wish.revision,
    zone,
    capacity,
    ...(maxPriceUsd === undefined ? {} : { maxPriceUsd }),
    template,
    userData: userData.value,
  });
  return result.ok
    ? { kind: 'machine', order, machine: result.value }
    : { kind: 'refused', order, error: result.error };
}

async function prepare(
  ctx: MachineContext,
  { template, endpoint, kubernetesVersion, podCidr, serviceCidr }: BootFacts,
  wish: PoolWish,
  { pool, index, attempt, kind, capacity }: LaunchOrder,
): Promise<Result<string>> {
  if (template === undefined || endpoint === undefined) return fail(NO_NETWORK);
  return ctx.boot.prepare({
    pool,
    index,
    attempt,
    kind,
    endpoint,
    kubernetesVersion,
    podCidr,
    serviceCidr,
    labels: labelsOf(wish, capacity),
    taints: wish.taints,
  });
}

type Slots = PoolRecord['slots'];

function withResult(slots: Slots, result: Launched, now: string): Slots {
  const { index } = result.order;
  const former = slots[String(index)] ?? FRESH;
  return { ...slots, [String(index)]: slotAfter(former, result, now) };
}

function slotAfter(before: Slot, result: Launched, now: string): Slot {
  const { order } = result;
  const { askedAt: _answered, ...former } = before;
  if (result.kind === 'machine') {
    // A token of an earlier life of the pool: the cloud shows its machine, which is no more.
    if (result.machine.state === 'gone')
      return { ...former, attempt: order.attempt, ...owing(former, order.attempt) };
    const { id, zone, revision, capacity } = result.machine;
    return { ...former, attempt: order.attempt, id, zone, revision, capacity, launchedAt: now };
  }
  if (result.kind === 'unprepared') return before;
  if (result.error.code === 'Conflict') return { ...before, conflictAt: before.conflictAt ?? now };
  if (result.error.code !== 'CapacityUnavailable') return before;
  // The cloud said no for certain, so nothing has this token; another zone needs another one.
  const zones = [...new Set([...(former.full?.zones ?? []), order.zone])];
  return { ...former, attempt: order.attempt, full: { zones, at: now }, ...owing(former, order.attempt) };
}

function conclude(
  desired: PoolDesired,
  action: Launching,
  results: readonly Launched[],
  nowMs: EpochMs,
): Result<Acted> {
  const outputs = outputsOf(action.record);
  const launched = results.flatMap((one) => (one.kind === 'machine' ? [one.machine] : []));
  const failed = results.flatMap((one) => (one.kind === 'machine' ? [] : [one]));
  const refused = failed.flatMap((one) => (one.kind === 'refused' ? [one] : []));
  if (launched.length > 0) return ok(told(desired, launched, failed, outputs));
  if (refused.some(({ error }) => error.code === 'Conflict')) {
    const event = `Looking for machines of pool ${desired.pool} that were asked for before`;
    return ok({ event, outputs, lookAfterMs: HIDDEN_LOOK_MS });
  }
  const full = refused.find(
    ({ error, order }) => error.code === 'CapacityUnavailable' && order.otherZones > 0,
  );
  if (full) return ok(nextZone(desired, full.order, outputs));
  const first = failed[0];
  if (!first) return fail(notWanted(desired.pool));
  const isWorkerSurge = action.replaces !== undefined && desired.role === 'worker';
  if (!isWorkerSurge || !isRoomless(first.error)) return fail(first.error);
  const record: PoolRecord = { ...action.record, noRoomFor: wishKeyOf(desired), noRoomAt: toInstant(nowMs) };
  if (isOptional(action.replaces)) return ok(stays(desired, record, first.error));
  return mayDeleteFirst(action.replaces) ? ok(deleteFirst(desired, record, first.error)) : fail(first.error);
}

type Failed = Exclude<Launched, { kind: 'machine' }>;

function told(
  desired: PoolDesired,
  launched: readonly Machine[],
  failed: readonly Failed[],
  outputs: JsonObject,
): Acted {
  const zones = listOf(launched.map(({ zone }) => zone));
  const [one] = launched;
  if (one && launched.length === 1 && failed.length === 0) {
    const what = `${one.capacity === 'spot' ? 'spot ' : ''}machine ${one.name}`;
    const event = `Launched ${what} of pool ${desired.pool} in ${zones}`;
    return { event, node: one.nodeName ?? one.name, outputs, lookAfterMs: firstLookMs(desired) };
  }
  const full = failed.filter(({ error }) => error.code === 'CapacityUnavailable');
  const noRoom = full.length === 0 ? '' : `; no room in ${listOf(full.map(({ order }) => order.zone))}`;
  const event = `Launched ${launched.length} machines of pool ${desired.pool} in ${zones}${noRoom}`;
  const more = failed.length > 0 || launched.length === LAUNCHES_PER_ACT;
  return { event, outputs, lookAfterMs: more ? NEXT_LOOK_MS : firstLookMs(desired) };
}

const firstLookMs = ({ role }: PoolDesired): number =>
  role === 'control-plane' ? RUN_LOOK_MS : JOIN_FIRST_LOOK_MS;

const listOf = (names: readonly string[]): string => [...new Set(names)].sort().join(', ');

function nextZone(desired: PoolDesired, order: LaunchOrder, outputs: JsonObject): Acted {
  const what = `${order.capacity === 'spot' ? 'spot ' : ''}${desired.wish?.instanceType ?? 'machines'}`;
  const event = `No room for ${what} in ${order.zone}; trying another zone for pool ${desired.pool}`;
  return { event, outputs, lookAfterMs: NEXT_LOOK_MS };
}

const isRoomless = ({ code }: CloudError): boolean =>
  code === 'CapacityUnavailable' || code === 'QuotaExceeded';

/** A247 without room for one more: the pool gives up an old node first. */
function deleteFirst(desired: PoolDesired, record: PoolRecord, error: CloudError): Acted {
  return {
    event: `No room for one machine more in pool ${desired.pool}, so an old one goes first: ${error.message}`,
    outputs: outputsOf({ ...record, strategy: 'delete-first' }),
    lookAfterMs: NEXT_LOOK_MS,
  };
}

function stays(desired: PoolDesired, record: PoolRecord, error: CloudError): Acted {
  return {
    event: `No room to replace a machine of pool ${desired.pool} now, so it stays: ${error.message}`,
    outputs: outputsOf({ ...record, strategy: undefined }),
    lookAfterMs: NEXT_LOOK_MS,
  };
}

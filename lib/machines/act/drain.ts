/** One look at machines that have to leave: close the node, move its pods, wait for its volumes, end the machine. */
import { ok, type Result } from '../../domain/errors.ts';
import type { Acted } from '../../domain/plan.ts';
import { elapsedMs, toInstant } from '../../domain/time.ts';
import { drainNode } from '../../kube/drain-node.ts';
import type { PoolAction, PoolDesired, Victim } from '../plan/model.ts';
import { nameOf } from '../plan/nodes.ts';
import type { MachineContext } from '../port.ts';
import { type Leaving, outputsOf, type PoolRecord } from '../record.ts';
import { DETACH_VOLUMES_MS, DRAIN_LOOK_MS, END_LOOK_MS } from '../timing.ts';

type Draining = Extract<PoolAction, { kind: 'drain' }>;

/** How far one victim got in this look. */
interface Progress {
  readonly victim: Victim;
  readonly leaving: Leaving;
  readonly empty: boolean;
}

export async function drainVictims(
  ctx: MachineContext,
  desired: PoolDesired,
  action: Draining,
): Promise<Result<Acted>> {
  const looked: Progress[] = [];
  for (const victim of action.victims) {
    const progress = await lookAt(ctx, desired, action.record, victim);
    // What the others came to is kept: the failure comes back with the next look.
    if (!progress.ok && looked.length === 0) return progress;
    if (!progress.ok) break;
    looked.push(progress.value);
  }
  const ended = desired.role === 'control-plane' ? [] : looked.filter(({ empty }) => empty);
  const machines = ended.flatMap(({ victim }) => victim.member.machine ?? []);
  if (machines.length > 0) {
    const asked = await ctx.machines.terminate(machines);
    if (!asked.ok) return asked;
  }
  return ok(
    told(
      desired,
      action,
      looked,
      ended.map(({ victim }) => victim),
    ),
  );
}

async function lookAt(
  ctx: MachineContext,
  desired: PoolDesired,
  record: PoolRecord,
  victim: Victim,
): Promise<Result<Progress>> {
  const { member, because } = victim;
  const now = toInstant(ctx.now());
  const before = record.leaving.find((one) => one.index === member.index && one.attempt === member.attempt);
  const begun: Leaving = before ?? {
    index: member.index,
    attempt: member.attempt,
    because,
    since: now,
    budgets: [],
  };
  const leaving: Leaving = { ...begun, because, lookedAt: now };
  const node = member.node?.name ?? (member.slot.joined ? member.machine?.nodeName : undefined);
  if (node === undefined) return ok({ victim, leaving: { ...leaving, emptyAt: now }, empty: true });
  if (leaving.podsGoneAt === undefined) {
    const turn = await drainNode(ctx, {
      node,
      options: victim.drain,
      draining: before && { node, since: before.since, budgets: before.budgets },
      speed: desired.speed,
      hasty: victim.hasty,
    });
    if (!turn.ok) return turn;
    if (turn.value.kind === 'draining') {
      const { budgets } = turn.value.draining;
      return ok({ victim, leaving: { ...leaving, budgets: [...budgets] }, empty: false });
    }
  }
  const podsGone: Leaving = { ...leaving, budgets: [], podsGoneAt: leaving.podsGoneAt ?? now };
  const attached = detaches(victim) && (await hasVolumes(ctx, desired, node, podsGone));
  return ok({ victim, leaving: attached ? podsGone : { ...podsGone, emptyAt: now }, empty: !attached });
}

/** Nobody takes volumes off a node that is not Ready: they get free when its machine ends. */
function detaches({ hasty, because }: Victim): boolean {
  return !hasty && because !== 'NodeNotReady';
}

/** A volume that is torn off a running machine may lose data; one that stays attached for long never leaves by itself. */
async function hasVolumes(
  ctx: MachineContext,
  desired: PoolDesired,
  node: string,
  { podsGoneAt }: Leaving,
): Promise<boolean> {
  if (elapsedMs(podsGoneAt, ctx.now(), desired.speed) >= DETACH_VOLUMES_MS) return false;
  const api = await ctx.workload();
  const volumes = api.ok ? await api.value.volumesAttachedTo(node) : api;
  return volumes.ok && volumes.value.length > 0;
}

function told(
  desired: PoolDesired,
  action: Draining,
  looked: readonly Progress[],
  ended: readonly Victim[],
): Acted {
  const outputs = outputsOf(recordAfter(desired, action, looked));
  const hasty = looked.some(({ victim }) => victim.hasty);
  const about = looked.length === 1 && looked[0] ? { node: nameOf(looked[0].victim.member) } : {};
  if (ended.length === 0) {
    const nodes = looked.map(({ victim }) => nameOf(victim.member)).join(', ');
    const event = `Asked the pods of node ${nodes} to leave`;
    return { event, ...about, outputs, lookAfterMs: hasty ? 0 : DRAIN_LOOK_MS };
  }
  const event = `Ended machine of node ${ended.map((one) => `${nameOf(one.member)} (${one.because})`).join(', ')}`;
  return { event, ...about, outputs, lookAfterMs: hasty ? 0 : END_LOOK_MS };
}

function recordAfter(desired: PoolDesired, { record }: Draining, looked: readonly Progress[]): PoolRecord {
  const fresh = looked.map(({ leaving }) => leaving);
  const others = record.leaving.filter((one) => !fresh.some(({ index }) => index === one.index));
  const extra =
    Object.values(record.slots).filter(({ id }) => id !== undefined).length - (desired.wish?.size ?? 0);
  const removes = looked.some(
    ({ victim }) => victim.because === 'TooMany' || victim.because === 'PoolRemoved',
  );
  return {
    ...record,
    leaving: [...others, ...fresh].toSorted((a, b) => a.index - b.index),
    ...(removes ? { removeTotal: Math.max(record.removeTotal ?? 0, extra) } : {}),
  };
}

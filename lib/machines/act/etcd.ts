/** Writes to etcd's membership, and what it is saved to. Repeating one changes nothing: who is gone is a success. */
import { fail, ok, type Result } from '../../domain/errors.ts';
import type { Acted } from '../../domain/plan.ts';
import { toInstant } from '../../domain/time.ts';
import type { PoolAction } from '../plan/model.ts';
import { nameOf } from '../plan/nodes.ts';
import type { MachineContext } from '../port.ts';
import { type Leaving, outputsOf, type PoolRecord } from '../record.ts';
import { NEXT_LOOK_MS } from '../timing.ts';

type Of<Kind extends PoolAction['kind']> = Extract<PoolAction, { kind: Kind }>;

/** The machine that joins is launched in the same pass; without a snapshot none is. */
export async function saveEtcd(ctx: MachineContext, action: Of<'save-etcd'>): Promise<Result<Acted>> {
  const { via, record } = action;
  const api = await ctx.workload();
  if (!api.ok) return api;
  const saved = await api.value.saveEtcd(via);
  if (!saved.ok) {
    const message = `The control plane does not grow before etcd is saved: ${saved.error.message}`;
    return fail({ ...saved.error, message });
  }
  return ok({
    event: `Saved a snapshot of etcd on node ${via}, in ${saved.value}`,
    node: via,
    outputs: outputsOf({ ...record, etcdSavedAt: toInstant(ctx.now()) }),
    lookAfterMs: 0,
  });
}

export async function moveLeader(ctx: MachineContext, action: Of<'move-leader'>): Promise<Result<Acted>> {
  const api = await ctx.workload();
  if (!api.ok) return api;
  const moved = await api.value.moveEtcdLeader(action.via, action.to.id);
  if (!moved.ok) return moved;
  const event = `Moved the leadership of etcd from ${action.via} to ${action.to.name}`;
  return ok({ event, node: action.via, outputs: outputsOf(action.record), lookAfterMs: NEXT_LOOK_MS });
}

/** No new requests for the node's API server before its etcd stops: it would answer them with errors. */
export async function removeEtcdMember(
  ctx: MachineContext,
  action: Of<'remove-etcd-member'>,
): Promise<Result<Acted>> {
  const { member, via, victim } = action;
  const api = await ctx.workload();
  if (!api.ok) return api;
  const machine = victim?.member.machine;
  const detached = machine ? await ctx.machines.detach(machine) : ok(undefined);
  if (!detached.ok) return detached;
  const removed = await api.value.removeEtcdMember(via, member.id);
  if (!removed.ok) return removed;
  const node = victim ? nameOf(victim.member) : member.name;
  const record = victim ? withRemoved(action, toInstant(ctx.now())) : action.record;
  return ok({
    event: `Removed member ${member.name || member.id} from etcd`,
    ...(node === '' ? {} : { node }),
    outputs: outputsOf(record),
    lookAfterMs: NEXT_LOOK_MS,
  });
}

function withRemoved({ record, victim }: Of<'remove-etcd-member'>, now: string): PoolRecord {
  const leaving = record.leaving.map(
    (one): Leaving => (one.index === victim?.member.index ? { ...one, removedAt: now } : one),
  );
  return { ...record, leaving };
}

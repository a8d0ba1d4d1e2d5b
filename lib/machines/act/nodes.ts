/** Small writes to the cluster: nodes that are gone, closed or out of shape, and what joining machines need. */
import { ok, type Result } from '../../domain/errors.ts';
import type { Acted } from '../../domain/plan.ts';
import type { Taint } from '../../domain/pool.ts';
import { toInstant } from '../../domain/time.ts';
import type { SelfManagedApi } from '../../kube/self-managed.ts';
import { labelsOf, taintText } from '../plan/housekeeping.ts';
import type { Member, PoolAction, PoolDesired, PoolWish } from '../plan/model.ts';
import { nameOf } from '../plan/nodes.ts';
import type { MachineContext } from '../port.ts';
import { outputsOf, type PoolRecord, type Slot } from '../record.ts';
import { JOIN_LOOK_MS, NODE_GONE_LOOK_MS, NODE_LOOK_MS } from '../timing.ts';

type Of<Kind extends PoolAction['kind']> = Extract<PoolAction, { kind: Kind }>;

/** Complete at once: the pass looks again and goes on. */
const AT_ONCE = { lookAfterMs: 0 } as const;

export async function removeNodes(ctx: MachineContext, action: Of<'remove-nodes'>): Promise<Result<Acted>> {
  const done = await eachNode(ctx, action.nodes, (api, node) => api.deleteNode(node));
  if (!done.ok) return done;
  const acted = about(action.nodes, `Removed node ${action.nodes.join(', ')}, whose machine is gone`);
  return ok({ ...acted, lookAfterMs: NODE_GONE_LOOK_MS });
}

export async function openNodes(ctx: MachineContext, action: Of<'open'>): Promise<Result<Acted>> {
  const names = action.nodes.map(nameOf);
  const done = await eachNode(ctx, names, (api, node) => api.uncordon(node));
  if (!done.ok) return done;
  const staying = new Set(action.nodes.map(({ index }) => index));
  const leaving = action.record.leaving.filter(({ index }) => !staying.has(index));
  const event = `Opened node ${names.join(', ')} for pods again`;
  return ok({ ...about(names, event), outputs: outputsOf({ ...action.record, leaving }) });
}

export async function shapeNodes(
  ctx: MachineContext,
  { wish }: PoolDesired,
  action: Of<'shape'>,
): Promise<Result<Acted>> {
  const api = await ctx.workload();
  if (!api.ok) return api;
  for (const member of wish ? action.nodes : []) {
    const shaped = wish ? await shape(api.value, wish, action.record, member) : ok(undefined);
    if (!shaped.ok) return shaped;
  }
  const names = action.nodes.map(nameOf);
  const acted = about(names, `Changed labels and taints of node ${names.join(', ')}`);
  return ok({ ...acted, lookAfterMs: NODE_LOOK_MS });
}

/** Taints that were ours when the node joined have to be made ours again before they can be taken away. */
async function shape(
  api: SelfManagedApi,
  wish: PoolWish,
  record: PoolRecord,
  { node, capacity }: Member,
): Promise<Result<void>> {
  if (!node) return ok(undefined);
  const labels = labelsOf(wish, capacity);
  const wanted = new Set(wish.taints.map(taintText));
  const former = node.taints.filter(
    (taint: Taint) => record.formerTaints.includes(taintText(taint)) && !wanted.has(taintText(taint)),
  );
  if (former.length > 0) {
    const claimed = await api.shapeNode(node.name, { labels, taints: [...former, ...wish.taints] });
    if (!claimed.ok) return claimed;
  }
  return api.shapeNode(node.name, { labels, taints: wish.taints });
}

export async function settleJoined(
  ctx: MachineContext,
  { role }: PoolDesired,
  action: Of<'settle-joined'>,
): Promise<Result<Acted>> {
  for (const { pool, index, attempt } of action.members) {
    const withdrawn = await ctx.boot.withdraw({ pool, index, attempt }, role);
    if (!withdrawn.ok) return withdrawn;
  }
  const slots = { ...action.record.slots };
  for (const { index, slot } of action.members) slots[String(index)] = { ...slot, joined: true };
  const names = action.members.map(nameOf);
  const event = `Node ${names.join(', ')} joined the cluster`;
  return ok({ ...about(names, event), outputs: outputsOf({ ...action.record, slots }) });
}

export async function withdrawTokens(
  ctx: MachineContext,
  { role }: PoolDesired,
  action: Of<'withdraw'>,
): Promise<Result<Acted>> {
  const slots = { ...action.record.slots };
  for (const key of action.keys) {
    const withdrawn = await ctx.boot.withdraw(key, role);
    if (!withdrawn.ok) return withdrawn;
    const slot = slots[String(key.index)];
    if (slot) slots[String(key.index)] = paid(slot, key.attempt);
  }
  const event = `Withdrew the tokens of ${action.keys.length} machines that never joined`;
  return ok({ event, outputs: outputsOf({ ...action.record, slots }), ...AT_ONCE });
}

function paid({ owes = [], askedAt, ...slot }: Slot, attempt: number): Slot {
  const left = owes.filter((one) => one !== attempt);
  return {
    ...slot,
    ...(left.length === 0 ? {} : { owes: left }),
    ...(askedAt === undefined || attempt > slot.attempt ? {} : { askedAt }),
  };
}

export async function extendTokens(ctx: MachineContext, action: Of<'extend'>): Promise<Result<Acted>> {
  for (const { pool, index, attempt } of action.members) {
    const extended = await ctx.boot.extend({ pool, index, attempt });
    if (!extended.ok) return extended;
  }
  const names = action.members.map(nameOf).join(', ');
  return ok({
    event: `Gave ${names} more time to join`,
    outputs: outputsOf({ ...action.record, extendedAt: toInstant(ctx.now()) }),
    lookAfterMs: JOIN_LOOK_MS,
  });
}

function about(names: readonly string[], event: string): Acted {
  const [only] = names;
  return { event, ...(names.length === 1 && only !== undefined ? { node: only } : {}), ...AT_ONCE };
}

async function eachNode(
  ctx: MachineContext,
  nodes: readonly string[],
  write: (api: SelfManagedApi, node: string) => Promise<Result<void>>,
): Promise<Result<void>> {
  const api = await ctx.workload();
  if (!api.ok) return api;
  for (const node of nodes) {
    const written = await write(api.value, node);
    if (!written.ok) return written;
  }
  return ok(undefined);
}

/** Carries out what a pool's planner decided: one write to AKS, or one look at nodes that are being drained. */

import type { JsonObject } from '../../../../domain/cluster.ts';
import { fail, ok, type Result } from '../../../../domain/errors.ts';
import type { Acted } from '../../../../domain/plan.ts';
import { toInstant } from '../../../../domain/time.ts';
import { type Draining, drainNode } from '../../../../kube/drain-node.ts';
import type { Accepted } from '../../arm/session.ts';
import { openNodes } from '../closed-nodes.ts';
import type { AksContext } from '../context.ts';
import { DRAIN_LOOK_MS, firstLook, SCHEDULE } from '../timing.ts';
import type { PoolAction, PoolDesired, PoolOperation } from './pool-model.ts';

/** Nodes that one pass may drain: bounds the requests of a pass. */
const DRAINS_PER_PASS = 5;
/** The next node need not wait for anything. */
const NEXT_NODE_MS = 1_000;

export async function actOnPool(
  ctx: AksContext,
  desired: PoolDesired,
  action: PoolAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'create': {
      const asked = await ctx.aks.createPool(action.draft);
      const { replaceTotal } = action;
      const event = `Asked for ${action.draft.count} ${action.draft.instanceType} in pool ${desired.pool}`;
      return begun(ctx, 'createPool', asked, event, replaceTotal === undefined ? {} : { replaceTotal });
    }
    case 'update': {
      const asked = await ctx.aks.updatePool(action.name, action.etag, action.settings);
      return begun(ctx, 'updatePool', asked, action.event);
    }
    case 'remove-node':
      return removeNode(ctx, desired, action);
    case 'drain':
      return drainPool(ctx, desired, action);
    case 'open':
      return openNodes(ctx, action.nodes);
    case 'delete': {
      const asked = await ctx.aks.deletePool(action.name, budgetsOf(desired));
      return begun(
        ctx,
        'deletePool',
        asked,
        `Asked to delete AKS pool ${action.name} of pool ${desired.pool}`,
      );
    }
  }
}

async function removeNode(
  ctx: AksContext,
  desired: PoolDesired,
  { node, last }: Extract<PoolAction, { kind: 'remove-node' }>,
): Promise<Result<Acted>> {
  if (node.registered) {
    const turn = await drainNode(ctx, { ...wishOf(desired), node: node.name });
    if (!turn.ok) return turn;
    if (turn.value.kind === 'draining') return ok(stillDraining(turn.value.draining));
  }
  const cleared = { draining: null };
  if (last) {
    const asked = await ctx.aks.deletePool(node.agentPool, budgetsOf(desired));
    const event = `Removed node ${node.name}, the last old one of pool ${desired.pool}`;
    return aboutNode(node.name, begun(ctx, 'deletePool', asked, event, cleared));
  }
  const asked = await ctx.aks.deleteMachines(node.agentPool, [node.machine]);
  const event = `Removed node ${node.name} of pool ${desired.pool}`;
  return aboutNode(node.name, begun(ctx, 'deleteMachines', asked, event, cleared));
}

/** All nodes of the pool are closed first, so that no pod moves from one leaving node to the next. */
async function drainPool(
  ctx: AksContext,
  desired: PoolDesired,
  action: Extract<PoolAction, { kind: 'drain' }>,
): Promise<Result<Acted>> {
  const closed = await cordonAll(ctx, action.cordon);
  if (!closed.ok) return closed;
  const drained = [...desired.drained];
  for (const node of action.nodes.slice(0, DRAINS_PER_PASS)) {
    const turn = await drainNode(ctx, { ...wishOf(desired), node: node.name });
    // What is drained so far is kept: the failure comes back with the next look.
    if (!turn.ok) return drained.length > desired.drained.length ? ok(drainedSome(desired, drained)) : turn;
    if (turn.value.kind === 'draining') {
      const acted = stillDraining(turn.value.draining);
      return ok({ ...acted, outputs: { ...acted.outputs, drained } });
    }
    drained.push(node.name);
  }
  return ok(drainedSome(desired, drained));
}

async function cordonAll(ctx: AksContext, nodes: readonly string[]): Promise<Result<void>> {
  if (nodes.length === 0) return ok(undefined);
  const api = await ctx.workload();
  // An API that is out of reach is the drain's affair, which knows when to give up.
  if (!api.ok) return ok(undefined);
  for (const node of nodes) {
    const cordoned = await api.value.cordon(node);
    if (!cordoned.ok && cordoned.error.code !== 'Unavailable') return fail(cordoned.error);
    if (!cordoned.ok) break;
  }
  return ok(undefined);
}

function drainedSome(desired: PoolDesired, drained: readonly string[]): Acted {
  const fresh = drained.filter((name) => !desired.drained.includes(name));
  return {
    event: `Drained node ${fresh.join(', ')} of pool ${desired.pool}`,
    outputs: { drained: [...drained], draining: null },
    lookAfterMs: NEXT_NODE_MS,
  };
}

function stillDraining(draining: Draining): Acted {
  const { node, since, budgets } = draining;
  return {
    event: `Asked the pods of node ${node} to leave`,
    node,
    outputs: { draining: { node, since, budgets: [...budgets] } },
    lookAfterMs: DRAIN_LOOK_MS,
  };
}

function aboutNode(node: string, acted: Result<Acted>): Result<Acted> {
  return acted.ok ? ok({ ...acted.value, node }) : acted;
}

/** Who gave up on the pods of a node must not be held up by the same budgets again, in AKS's own drain. */
function budgetsOf({ drain }: PoolDesired): { readonly ignoreBudgets: boolean } {
  return { ignoreBudgets: drain.onBlocked !== 'wait' };
}

function wishOf(desired: PoolDesired) {
  return { options: desired.drain, draining: desired.draining, speed: desired.speed };
}

function begun(
  ctx: AksContext,
  operation: PoolOperation,
  asked: Result<Accepted>,
  event: string,
  outputs: JsonObject = {},
): Result<Acted> {
  if (!asked.ok) return asked;
  return ok({
    event,
    outputs: { ...outputs, operation, operationAt: toInstant(ctx.now()) },
    lookAfterMs: firstLook(SCHEDULE[operation], asked.value),
  });
}

/**
 * Nodes that were cordoned because they had to leave, and that stay after all: the change was taken back meanwhile, or
 * a late request arrived after it was. Closed they would take no pods for ever, and a drain elsewhere would wait for
 * the room that they have. Only our own cordons are taken back.
 */
import { ok, type Result } from '../../../domain/errors.ts';
import type { Acted } from '../../../domain/plan.ts';
import type { WorkloadNode } from '../../../kube/port.ts';
import type { AksContext } from './context.ts';
import { agentPoolOf } from './pool-nodes.ts';

/** The next look need not wait for anything. */
const NEXT_LOOK_MS = 1_000;

/** Names, sorted. `staying`: the AKS pools that the spec asks for; nodes of all others may be on their way out. */
export function closedNodes(nodes: readonly WorkloadNode[], staying: readonly string[]): readonly string[] {
  return nodes
    .filter((node) => node.cordonedByUs && staying.includes(agentPoolOf(node) ?? ''))
    .map((node) => node.name)
    .sort();
}

export async function openNodes(ctx: AksContext, nodes: readonly string[]): Promise<Result<Acted>> {
  const api = await ctx.workload();
  if (!api.ok) return api;
  for (const node of nodes) {
    const opened = await api.value.uncordon(node);
    if (!opened.ok) return opened;
  }
  return ok({ event: `Opened node ${nodes.join(', ')} for pods again`, lookAfterMs: NEXT_LOOK_MS });
}

export function openingMessage(nodes: readonly string[]): string {
  return `Opening node ${nodes.join(', ')} for pods again.`;
}

/**
 * Step: the agent in the cluster, the same for every cloud. Installed once there are nodes, applied again when its
 * objects, its version or its token change, put back when somebody changed it. It is done when it is applied: whether
 * the agent then speaks is for the health of the cluster to say, not for its creation to wait for.
 */
import pLimit from 'p-limit';
import type { ClusterView } from '../domain/cluster.ts';
import { ok, type Result } from '../domain/errors.ts';
import { act, done, type Plan, type Step } from '../domain/plan.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS, toEpochMs, toInstant } from '../domain/time.ts';
import { covers } from '../kube/drift.ts';
import type { KubernetesObject, WorkloadApi } from '../kube/port.ts';
import type { AgentFacts } from './manifests/facts.ts';
import { type AgentOrder, agentHash, agentObjects, bootstrapSecret } from './manifests/objects.ts';
import { packRules } from './packs.ts';
import type { AgentRegistry } from './registry.ts';

/** All that the step needs of a pass; the contexts of the clouds include it. */
export interface AgentContext {
  readonly agents: AgentRegistry;
  /** `NotFound` as long as there is no cluster to connect to. */
  workload(): Promise<Result<Pick<WorkloadApi, 'apply' | 'read'>>>;
  now(): EpochMs;
}

interface Staying {
  readonly leaving: false;
  readonly order: AgentOrder;
  /** Of its objects. */
  readonly hash: string;
  /** What was applied last. */
  readonly applied?: string;
  readonly appliedToken?: string;
  readonly appliedAt?: string;
}

export type AgentDesired = Staying | { readonly leaving: true };

export type AgentObserved =
  | { readonly state: 'unlisted' }
  | { readonly state: 'listed' }
  /** Not applied yet as it is to be, or its token is of no use any more. */
  | { readonly state: 'outdated' }
  /** Applied; the control plane's own side is behind. */
  | { readonly state: 'unregistered' }
  /** `Kind name` of what is not as it was applied, sorted. */
  | { readonly state: 'changed'; readonly objects: readonly string[] }
  | { readonly state: 'installed' };

export type AgentAction = 'install' | 'leave';

export const AGENT_STEP = 'agent';
/** What differs again so soon is somebody's who insists: it is put right at the next full look, not in a loop. */
const RESTORE_AFTER_MS = MINUTE_MS;
/** Until a key that was made a moment ago may be used: lib/secrets/port.ts, `first`. */
const KEY_AGE_MS = 10 * SECOND_MS;
const PARALLEL_READS = 4;

export function agentStep(
  facts: AgentFacts,
  after: readonly string[],
): Step<AgentContext, AgentDesired, AgentObserved, AgentAction> {
  return {
    name: AGENT_STEP,
    title: 'Install the agent',
    condition: 'InstallingAgent',
    after,
    desired: (view) => desiredOf(facts, view),
    observe,
    plan: planAgent,
    act: (ctx, desired) => (desired.leaving ? leave(ctx) : install(ctx, desired)),
  };
}

function desiredOf(facts: AgentFacts, view: ClusterView): AgentDesired {
  if (view.deleting) return { leaving: true };
  const packs = packRules(view.profile);
  const order = { ...facts, cluster: view.id, ...(packs === undefined ? {} : { packs }) };
  const { applied, appliedToken, appliedAt } = view.outputs(AGENT_STEP);
  return {
    leaving: false,
    order,
    hash: agentHash(order),
    ...(typeof applied === 'string' ? { applied } : {}),
    ...(typeof appliedToken === 'string' ? { appliedToken } : {}),
    ...(typeof appliedAt === 'string' ? { appliedAt } : {}),
  };
}

async function observe(ctx: AgentContext, desired: AgentDesired): Promise<Result<AgentObserved>> {
  const { isListed, isReady, tokenId } = await ctx.agents.look();
  if (desired.leaving) return ok({ state: isListed ? 'listed' : 'unlisted' });
  const { hash, applied, appliedToken, appliedAt, order } = desired;
  if (applied !== hash || tokenId === undefined || appliedToken !== tokenId) return ok({ state: 'outdated' });
  if (!isReady) return ok({ state: 'unregistered' });
  const isFresh = appliedAt !== undefined && ctx.now() - toEpochMs(appliedAt) < RESTORE_AFTER_MS;
  if (isFresh) return ok({ state: 'installed' });
  const changed = await changedObjects(ctx, agentObjects(order));
  if (!changed.ok) return changed;
  return ok(
    changed.value.length === 0 ? { state: 'installed' } : { state: 'changed', objects: changed.value },
  );
}

async function changedObjects(
  ctx: AgentContext,
  objects: readonly KubernetesObject[],
): Promise<Result<readonly string[]>> {
  const api = await ctx.workload();
  if (!api.ok) return api;
  const limit = pLimit(PARALLEL_READS);
  const live = await Promise.all(objects.map((object) => limit(() => api.value.read(object))));
  const changed: string[] = [];
  for (const [index, object] of objects.entries()) {
    const seen = live[index];
    if (seen !== undefined && !seen.ok) return seen;
    if (!covers(seen?.value, object)) changed.push(`${object.kind} ${object.metadata.name}`);
  }
  return ok(changed.sort());
}

export function planAgent(_desired: AgentDesired, seen: AgentObserved): Plan<AgentAction> {
  switch (seen.state) {
    case 'unlisted':
      return done('AgentForgotten');
    case 'listed':
      return act('leave', 'ForgettingAgent');
    case 'outdated':
      return act('install', 'InstallingAgent', { message: 'Installing the agent.' });
    case 'unregistered':
      return act('install', 'InvitingAgent', { message: 'Giving the agent a way to enrol.' });
    case 'changed':
      return act('install', 'RestoringAgent', { message: `Putting back ${seen.objects.join(', ')}.` });
    case 'installed':
      return done('AgentInstalled', { message: 'The agent is installed.' });
  }
}

async function leave(ctx: AgentContext) {
  await ctx.agents.leave();
  return ok({ event: 'Stopped listening to the agent of the cluster', lookAfterMs: 0 });
}

async function install(ctx: AgentContext, desired: Staying) {
  const api = await ctx.workload();
  if (!api.ok) return api;
  const invitation = await ctx.agents.register();
  if (invitation === undefined) {
    return ok({ event: 'Made the key that agents are known by', lookAfterMs: KEY_AGE_MS });
  }
  for (const object of [...agentObjects(desired.order), bootstrapSecret(invitation.token)]) {
    const applied = await api.value.apply(object);
    if (!applied.ok) return applied;
  }
  return ok({
    event: 'Applied the agent',
    outputs: {
      applied: desired.hash,
      appliedToken: invitation.tokenId,
      appliedAt: toInstant(ctx.now()),
    },
    // Complete at once: looking again in the same pass finds it installed.
    lookAfterMs: 0,
  });
}

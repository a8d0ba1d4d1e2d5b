/**
 * Patching the operating system, node by node: cordon, drain, patch, reboot when that is needed and allowed, wait until
 * the node is Ready, uncordon. One node at a time; each look moves the node in turn by at most one stage. A node that
 * cannot be emptied is left out; one that does not come back stops everything, before the next one is broken as well.
 */
import type { OperationSpec } from '../../lib/domain/agent.ts';
import type { KubeFailure } from '../kube/client.ts';
import { drainOnce } from './drain.ts';
import { createJob, jobState, logOf, removeJob } from './jobs.ts';
import { begin, type PatchNode, patchNodes, release } from './patch-node.ts';
import { outcomeIn, patchJobName, patchPod } from './patch-script.ts';
import { CANCELLED, failed, type OperationDeps, running, type Step, troubled } from './step.ts';
import { withinBytes } from './within-bytes.ts';

/** Milliseconds for a node to become empty, and to come back. Our choice: docs/limits.md. */
const DRAIN_MS = 1_800_000;
const RETURN_MS = 1_200_000;
const JOB_SECONDS = 3_600;

export interface PatchAsk {
  readonly operation: string;
  readonly spec: Extract<OperationSpec, { kind: 'patch' }>;
  /** Ends after the node in turn. */
  readonly cancelled: boolean;
}

export async function lookAtPatch(deps: OperationDeps, ask: PatchAsk): Promise<Step> {
  const listed = await patchNodes(deps);
  if (!listed.ok) return troubled(listed.error);
  const nodes = listed.value.filter(({ isLinux }) => isLinux);
  const progress = { done: nodes.filter((node) => isDone(node, ask)).length, total: nodes.length };
  const inTurn = nodes.find(({ begun }) => begun !== undefined);
  if (inTurn !== undefined) return oneNode(deps, ask, inTurn, progress);
  if (ask.cancelled) return CANCELLED;
  const next = nodes.find((node) => !isDone(node, ask));
  if (next === undefined) return summary(nodes, ask);
  deps.log.info('Patching node', { operation: ask.operation, node: next.name });
  const taken = await begin(deps, next, ask.operation);
  return taken.ok ? running(`Emptying node ${next.name}.`, progress) : troubled(taken.error);
}

const isDone = ({ begun, done }: PatchNode, { operation }: PatchAsk): boolean =>
  begun === undefined && done === operation;

function summary(nodes: readonly PatchNode[], { operation }: PatchAsk): Step {
  const skipped = nodes.filter((node) => node.skipped !== undefined && node.done === operation);
  const patched = nodes.filter((node) => !skipped.includes(node));
  const listed = withinBytes([
    ...skipped.map(({ name, skipped: why = '' }) => ({ node: name, skipped: why })),
    ...patched.map(({ name }) => ({ node: name, patched: true })),
  ]);
  const data = { total: nodes.length, truncated: listed.length < nodes.length, nodes: listed };
  if (skipped.length === 0) return { state: 'Succeeded', data };
  const [first] = skipped;
  return {
    ...failed(`${skipped.length} of ${nodes.length} nodes were left out. ${first?.name}: ${first?.skipped}`),
    data,
  };
}

type Progress = NonNullable<Step['progress']>;

/** `node` may be another operation's, which was given up half way: it is finished all the same. */
async function oneNode(
  deps: OperationDeps,
  ask: PatchAsk,
  node: PatchNode,
  progress: Progress,
): Promise<Step> {
  const operation = node.begun?.operation ?? ask.operation;
  const job = patchJobName(operation, node.name);
  const state = await jobState(deps, job);
  if (!state.ok) return troubled(state.error);
  switch (state.value.kind) {
    case 'absent':
      return emptied(deps, ask, node, operation, progress);
    case 'running':
      return running(`Patching node ${node.name}.`, progress);
    case 'failed':
      return stopped(deps, node, operation, job, state.value.message);
    case 'succeeded':
      return returned(deps, node, operation, job, progress);
  }
}

async function emptied(
  deps: OperationDeps,
  ask: PatchAsk,
  node: PatchNode,
  operation: string,
  progress: Progress,
): Promise<Step> {
  if (ask.cancelled) return released(deps, node, operation, 'the operation was cancelled', progress);
  const look = await drainOnce(deps, node.name);
  if (!look.ok) return troubled(look.error);
  const { podsLeft, budgets } = look.value;
  if (podsLeft === 0) {
    const pod = patchPod(node.name, ask.spec.rebootIfRequired);
    const name = patchJobName(operation, node.name);
    const created = await createJob(deps, { name, operation, deadlineSeconds: JOB_SECONDS, retries: 0, pod });
    return created.ok ? running(`Patching node ${node.name}.`, progress) : troubled(created.error);
  }
  const why =
    budgets.length > 0
      ? `PodDisruptionBudget ${budgets.join(', ')} allows no eviction`
      : `${podsLeft} pods have not left it yet`;
  const overdue = deps.clock.now() - (node.begun?.sinceMs ?? 0) > DRAIN_MS;
  if (overdue) return released(deps, node, operation, why, progress);
  return running(`Emptying node ${node.name}: ${why}.`, progress);
}

/** The Job is done: the node has to be Ready, and booted anew when it said that it would be. */
async function returned(
  deps: OperationDeps,
  node: PatchNode,
  operation: string,
  job: string,
  progress: Progress,
): Promise<Step> {
  const log = await logOf(deps, job, 'patch');
  const rebooting = !log.ok || outcomeIn(log.value) === 'rebooting';
  // Logs are the node's to show, and a node that boots shows none: then nothing but the boot says that it is back.
  const rebooted = node.bootId !== node.begun?.bootId;
  if (node.isReady && (rebooted || !rebooting)) {
    await removeJob(deps, job);
    return released(deps, node, operation, undefined, progress);
  }
  const overdue = deps.clock.now() - (node.begun?.sinceMs ?? 0) > DRAIN_MS + JOB_SECONDS * 1_000 + RETURN_MS;
  if (overdue)
    return failed(`Node ${node.name} did not come back. It stays cordoned; no further node was patched.`);
  return running(`Waiting for node ${node.name} to come back.`, progress);
}

/** Patches that failed on one node would fail on the next one too. */
async function stopped(
  deps: OperationDeps,
  node: PatchNode,
  operation: string,
  job: string,
  message: string,
): Promise<Step> {
  const log = await logOf(deps, job, 'patch');
  const said = log.ok ? (log.value.trim().split('\n').at(-1) ?? '') : '';
  await removeJob(deps, job);
  const why = `Patching node ${node.name} failed: ${said || message}`;
  if (!node.isReady) return failed(`${why} The node is not Ready and stays cordoned.`);
  const freed = await release(deps, node, operation, said || message);
  return freed.ok ? failed(why) : troubled(freed.error);
}

async function released(
  deps: OperationDeps,
  node: PatchNode,
  operation: string,
  skipped: string | undefined,
  progress: Progress,
): Promise<Step> {
  const freed = await release(deps, node, operation, skipped);
  if (!freed.ok) return troubled(freed.error satisfies KubeFailure);
  return running(
    skipped === undefined ? `Patched node ${node.name}.` : `Left out node ${node.name}: ${skipped}.`,
    progress,
  );
}

/** Nodes that operations began with which nobody asks for any more: finished as if they had been cancelled. */
export async function finishAbandoned(deps: OperationDeps, active: ReadonlySet<string>): Promise<boolean> {
  const nodes = await patchNodes(deps);
  const left = nodes.ok
    ? nodes.value.find(({ begun }) => begun !== undefined && !active.has(begun.operation))
    : undefined;
  if (left?.begun === undefined) return false;
  const spec = { kind: 'patch', rebootIfRequired: false } as const;
  await oneNode(deps, { operation: left.begun.operation, spec, cancelled: true }, left, {
    done: 0,
    total: 1,
  });
  return true;
}

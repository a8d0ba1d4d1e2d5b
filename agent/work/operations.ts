/** Looks at what there is to do, again and again while there is something, and tells how it goes. */
import type { DefinedOperation, Definition } from '../../lib/domain/agent.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { removeJobsOf } from '../operations/jobs.ts';
import { lookAt } from '../operations/look.ts';
import { finishAbandoned } from '../operations/patch.ts';
import type { Results } from '../operations/results.ts';
import { takeRightsOf } from '../operations/scan-rights.ts';
import { failed, type OperationDeps, type Step } from '../operations/step.ts';
import { inTurn } from '../operations/turn.ts';
import type { Work } from './work.ts';

/** Milliseconds. Our choice. */
const BUSY_MS = 10_000;
const IDLE_MS = 900_000;

export interface OperationLoopOptions {
  readonly deps: OperationDeps;
  readonly results: Results;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export async function operationLoop(options: OperationLoopOptions, work: Work): Promise<void> {
  while (!options.signal.aborted) {
    const busy = work.definition !== undefined && (await attempted(options, work.definition));
    if (options.signal.aborted) return;
    await work.operationsDue.wait(busy ? BUSY_MS : IDLE_MS, options.signal);
  }
}

/** Whether there is more to do soon. */
async function attempted(options: OperationLoopOptions, definition: Definition): Promise<boolean> {
  try {
    return await turn(options, definition);
  } catch (thrown) {
    options.log.error('Look at operations failed', { error: thrown });
    return true;
  }
}

async function turn(
  { deps, results, log, signal }: OperationLoopOptions,
  definition: Definition,
): Promise<boolean> {
  const { operations, kubernetesVersion } = definition;
  const asked = new Set(operations.map(({ id }) => id));
  results.keepOnly(asked);
  const cleaning = await cleanUp(deps, asked);
  const isOver = ({ id }: DefinedOperation) => results.isTold(id);
  for (const operation of inTurn(operations, isOver)) {
    const step = await looked(deps, log, operation, kubernetesVersion);
    // What ends because the agent ends is no outcome.
    if (signal.aborted) return false;
    await results.tell(operation.id, step);
  }
  return cleaning || operations.some((operation) => !isOver(operation));
}

/** One operation's bug must not keep the others waiting. */
async function looked(
  deps: OperationDeps,
  log: Logger,
  operation: DefinedOperation,
  version: string,
): Promise<Step> {
  try {
    return await lookAt(deps, operation, version);
  } catch (thrown) {
    log.error('Operation failed', { operation: operation.id, error: thrown });
    return failed('The agent failed to carry it out; its log says how.');
  }
}

/** What operations left that nobody asks for any more. Whether something is left to do. */
async function cleanUp(deps: OperationDeps, asked: ReadonlySet<string>): Promise<boolean> {
  const isOver = (operation: string) => !asked.has(operation);
  // First: the rest may wait for a node that never comes back.
  const rights = await takeRightsOf(deps, isOver);
  if (await finishAbandoned(deps, asked)) return true;
  const jobs = await removeJobsOf(deps, isOver);
  return !jobs.ok || !rights.ok;
}

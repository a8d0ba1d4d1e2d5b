/** What the stored document means to people. Pure reads of one document; nothing here is stored. */
import type { ClusterDocument, StepName, StepRecord } from '../domain/cluster.ts';
import { isConverged } from '../domain/cluster-state.ts';
import type { Condition } from '../domain/conditions.ts';
import { toEpochMs } from '../domain/time.ts';

/** One sentence: what it waits for and when it tries next. */
export function why(document: ClusterDocument): string {
  if (isConverged(document)) return 'Everything is as asked for.';
  const next = document.nextAttemptAt === null ? '' : ` It looks again at ${document.nextAttemptAt}.`;
  const culprit = worst(document.conditions);
  if (culprit) return `${describe(culprit)}${next}`;
  if (document.observedGeneration === 0) {
    return `The request is accepted and waits for its first pass.${next}`;
  }
  if (document.deletedAt !== undefined) return `Waiting until nothing of it can appear any more.${next}`;
  return `A change is accepted and waits for its pass.${next}`;
}

function worst(conditions: readonly Condition[]): Condition | undefined {
  return (
    conditions.find((condition) => condition.status === 'Failed') ??
    conditions.find((condition) => condition.status === 'Active')
  );
}

function describe(condition: Condition): string {
  const words = condition.message === '' ? '' : `: ${condition.message}`;
  const verb = condition.status === 'Failed' ? 'failed and is tried again' : 'is under way';
  return `${condition.title} ${verb} (${condition.reason})${words}${/[.!?]$/.test(words) || words === '' ? '' : '.'}`;
}

export interface Task {
  readonly name: StepName;
  readonly title: string;
  readonly condition: Condition['type'];
  readonly state: 'Pending' | 'Active' | 'Failed' | 'Succeeded';
  readonly reason: string;
  readonly message: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly attempts: number;
  readonly nextAttemptAt?: string;
  readonly lastError?: string;
  readonly progress?: { readonly done: number; readonly total: number };
}

const TASK_STATE = { pending: 'Pending', active: 'Active', failed: 'Failed', done: 'Succeeded' } as const;

/** A14: the steps in their order, with times and progress. */
export function tasksOf(document: ClusterDocument, nowMs: number): readonly Task[] {
  return Object.entries(document.steps).map(([name, record]) => taskOf(name, record, nowMs));
}

function taskOf(name: StepName, record: StepRecord, nowMs: number): Task {
  const end = record.endedAt === undefined ? nowMs : toEpochMs(record.endedAt);
  return {
    name,
    title: record.title,
    condition: record.condition,
    state: TASK_STATE[record.phase],
    reason: record.reason,
    message: record.message,
    ...(record.startedAt === undefined
      ? {}
      : { startedAt: record.startedAt, durationMs: Math.max(0, end - toEpochMs(record.startedAt)) }),
    ...(record.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    attempts: record.attempts,
    ...(record.nextAttemptAt === undefined || record.phase === 'done'
      ? {}
      : { nextAttemptAt: record.nextAttemptAt }),
    ...(record.phase === 'failed' ? { lastError: `${record.reason}: ${record.message}` } : {}),
    ...(record.progress === undefined ? {} : { progress: record.progress }),
  };
}

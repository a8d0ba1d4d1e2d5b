/** What a pass has to tell: events from what happened, past tense, once. Pure; folding of repeats is the event log's. */
import type { ClusterDocument, StepName, StepRecord } from '../domain/cluster.ts';
import type { Condition } from '../domain/conditions.ts';
import { BLAME } from '../domain/errors.ts';
import type { EventSignal } from '../domain/events.ts';
import type { NewEvent } from './event-log.ts';
import type { Acted, StepOutcome } from './outcome.ts';

/** Tries after which a transient problem counts as one that stays. Our choice: docs/limits.md. */
const PERSISTENT_AFTER = 5;

export interface PassStory {
  readonly before: ClusterDocument;
  readonly outcomes: readonly StepOutcome[];
  readonly records: Readonly<Record<StepName, StepRecord>>;
  readonly conditions: readonly Condition[];
}

/** Steps whose work ended with this pass. */
export function finishedTasks({
  before,
  records,
}: Pick<PassStory, 'before' | 'records'>): readonly StepName[] {
  return Object.entries(records)
    .filter(([name, record]) => record.phase === 'done' && before.steps[name]?.phase !== 'done')
    .map(([name]) => name);
}

export function narrate(story: PassStory): readonly NewEvent[] {
  return [
    ...story.outcomes.flatMap((outcome) => stepEvents(outcome, story)),
    ...conditionEvents(story.before.conditions, story.conditions),
  ];
}

function stepEvents(outcome: StepOutcome, story: PassStory): readonly NewEvent[] {
  const before = story.before.steps[outcome.step];
  const record = story.records[outcome.step];
  if (!record) return [];
  return [
    ...resolved(outcome, before, record),
    ...told(outcome, record),
    ...stalled(outcome, before, record),
  ];
}

function told(outcome: StepOutcome, record: StepRecord): readonly NewEvent[] {
  const { did } = outcome;
  const said = saidOf(outcome, record);
  return did === undefined ? said : [deed(outcome.step, did), ...said];
}

function deed(task: StepName, { reason, event, node }: Acted): NewEvent {
  const about = node === undefined ? {} : { node };
  return { severity: 'Normal', signal: 'transient', reason, message: event, task, ...about };
}

function saidOf(outcome: StepOutcome, record: StepRecord): readonly NewEvent[] {
  const { turn } = outcome;
  const task = outcome.step;
  if (turn.kind === 'acted') return [deed(task, turn)];
  if (turn.kind === 'blocked') {
    return [{ severity: 'Warning', signal: 'persistent', reason: turn.reason, message: turn.message, task }];
  }
  // Conflicts are silent: the other operation is its own news.
  if (turn.kind !== 'failed' || turn.error.code === 'Conflict') return [];
  const { code, message } = turn.error;
  return [{ severity: 'Warning', signal: signalOf(record), reason: code, message, task }];
}

/** A95: the cause of the trouble is gone. */
function resolved(
  outcome: StepOutcome,
  before: StepRecord | undefined,
  record: StepRecord,
): readonly NewEvent[] {
  if (before?.phase !== 'failed' || record.phase === 'failed') return [];
  const message = `${outcome.title}: ${before.reason} cleared`;
  return [
    {
      severity: 'Normal',
      signal: 'transient',
      reason: 'Resolved',
      message,
      task: outcome.step,
      closes: true,
    },
  ];
}

/** A94: said once per stay. */
export function stallsNow(before: StepRecord | undefined, record: StepRecord): boolean {
  return record.stalled === true && before?.stalled !== true;
}

function stalled(
  outcome: StepOutcome,
  before: StepRecord | undefined,
  record: StepRecord,
): readonly NewEvent[] {
  if (!stallsNow(before, record)) return [];
  const message = `${outcome.title}: no progress for a long time (${record.reason})`;
  return [
    { severity: 'Warning', signal: 'persistent', reason: 'StalledOperation', message, task: outcome.step },
  ];
}

function signalOf(record: StepRecord): EventSignal {
  const blame = record.errorCode === undefined ? 'cloud' : BLAME[record.errorCode];
  if (blame !== 'cloud' || record.errorCode === 'CapacityUnavailable') return 'infrastructure';
  return record.attempts >= PERSISTENT_AFTER ? 'persistent' : 'transient';
}

function conditionEvents(before: readonly Condition[], after: readonly Condition[]): readonly NewEvent[] {
  const former = new Map(before.map((condition) => [condition.type, condition.status]));
  return after
    .filter((condition) => condition.status === 'Succeeded' && former.get(condition.type) !== 'Succeeded')
    .map((condition) => ({
      severity: 'Normal',
      signal: 'transient',
      reason: 'MilestoneReached',
      message: `${condition.title} succeeded`,
      task: condition.type,
      closes: true,
    }));
}

/**
 * Conditions, folded from the steps' records after the work, in one place. A condition is as bad as its worst step;
 * a milestone whose steps are gone (a pool that was replaced or removed) stays as the success that it became.
 */
import type { StepName, StepRecord } from '../domain/cluster.ts';
import {
  CONDITION_TITLES,
  type Condition,
  type ConditionStatus,
  type ConditionType,
} from '../domain/conditions.ts';
import type { Instant } from '../domain/time.ts';

export interface ConditionContext {
  readonly now: Instant;
  readonly observedGeneration: number;
  readonly deleting: boolean;
}

const ORDER = Object.keys(CONDITION_TITLES) as readonly ConditionType[];

export function foldConditions(
  before: readonly Condition[],
  records: Readonly<Record<StepName, StepRecord>>,
  context: ConditionContext,
): readonly Condition[] {
  const known = new Map(before.map((condition) => [condition.type, condition]));
  const groups = groupByCondition(records);
  const folded: Condition[] = [];
  for (const type of ORDER) {
    const group = groups.get(type);
    const former = known.get(type);
    if (group) folded.push(foldCondition(type, group, former, context));
    else if (former) folded.push(...withoutSteps(former, context));
  }
  return folded;
}

function groupByCondition(records: Readonly<Record<StepName, StepRecord>>): Map<ConditionType, StepRecord[]> {
  const groups = new Map<ConditionType, StepRecord[]>();
  for (const record of Object.values(records)) {
    groups.set(record.condition, [...(groups.get(record.condition) ?? []), record]);
  }
  return groups;
}

/** The work that the milestone stood for is over; while deleting, what was under way is simply dropped. */
function withoutSteps(former: Condition, context: ConditionContext): readonly Condition[] {
  if (former.status === 'Succeeded') return [former];
  if (context.deleting) return [];
  const { nextAttemptAt: _, ...rest } = former;
  return [
    {
      ...rest,
      status: 'Succeeded',
      reason: 'Finished',
      message: '',
      attempts: 0,
      lastTransitionAt: context.now,
    },
  ];
}

function foldCondition(
  type: ConditionType,
  group: readonly StepRecord[],
  former: Condition | undefined,
  context: ConditionContext,
): Condition {
  const worst = worstOf(group);
  const status = statusOf(group);
  const next = earliest(group);
  return {
    type,
    title: CONDITION_TITLES[type],
    status,
    reason: worst.reason,
    message: messageOf(worst),
    attempts: Math.max(...group.map((record) => record.attempts)),
    ...(next === undefined || status === 'Succeeded' ? {} : { nextAttemptAt: next }),
    lastTransitionAt: former?.status === status ? former.lastTransitionAt : context.now,
    observedGeneration: context.observedGeneration,
  };
}

const RANK = { failed: 0, active: 1, pending: 2, done: 3 } as const;

function worstOf(group: readonly StepRecord[]): StepRecord {
  return group.reduce((worst, record) => (RANK[record.phase] < RANK[worst.phase] ? record : worst));
}

function statusOf(group: readonly StepRecord[]): ConditionStatus {
  switch (worstOf(group).phase) {
    case 'failed':
      return 'Failed';
    case 'active':
      return 'Active';
    case 'pending':
      return 'Pending';
    case 'done':
      return 'Succeeded';
  }
}

function messageOf(record: StepRecord): string {
  return record.hint === undefined ? record.message : `${record.message} ${record.hint}`;
}

function earliest(group: readonly StepRecord[]): Instant | undefined {
  return group
    .flatMap((record) => record.nextAttemptAt ?? [])
    .sort()
    .at(0);
}

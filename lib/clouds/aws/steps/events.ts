/**
 * The channel in which EC2 announces what happens to machines: one queue per account and region that all clusters there
 * share, with the rules that fill it. The first cluster makes it, the last one takes it away. Correctness never depends
 * on it, so machines do not wait for it.
 */
import { ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step } from '../../../domain/plan.ts';
import { EVENT_RULES, type EventRule, queuePolicy } from '../events/event-rules.ts';
import type { EventsPort, QueueSeen, RuleSeen } from '../events/port.ts';
import { EVENT_QUEUE } from '../names.ts';
import { ACCOUNT_STEP } from '../network/outputs.ts';
import { EVENTS_STEP } from '../outputs.ts';

export interface EventsContext {
  readonly events: EventsPort;
  /** Whether another cluster that stays uses the account in the region. */
  hasNeighbours(): Promise<boolean>;
}

export interface EventsDesired {
  readonly deleting: boolean;
  /** It was taken away; SQS and EventBridge said so. */
  readonly removed: boolean;
}

export interface EventsObserved {
  readonly queue?: QueueSeen;
  /** By name. */
  readonly rules: ReadonlyMap<string, RuleSeen>;
  /** Looked at while deleting only. */
  readonly shared: boolean;
}

export type EventsAction =
  | { readonly kind: 'ensure'; readonly queue?: QueueSeen; readonly rules: readonly RuleGap[] }
  | { readonly kind: 'remove'; readonly queue?: QueueSeen; readonly rules: readonly string[] };

interface RuleGap extends EventRule {
  readonly put: boolean;
  readonly target: boolean;
}

export function planEvents({ deleting }: EventsDesired, observed: EventsObserved): Plan<EventsAction> {
  const { queue, rules } = observed;
  if (deleting) return planRemoval(observed);
  const gaps = EVENT_RULES.flatMap((rule) => gapOf(rule, rules.get(rule.name), queue));
  const closed = queue !== undefined && queue.policy === queuePolicy(queue.arn);
  if (closed && gaps.length === 0) return done('EventsReady');
  return act(
    { kind: 'ensure', ...(queue === undefined ? {} : { queue }), rules: gaps },
    'CreatingEventQueue',
  );
}

function gapOf(
  rule: EventRule,
  seen: RuleSeen | undefined,
  queue: QueueSeen | undefined,
): readonly RuleGap[] {
  const put = seen?.pattern !== rule.pattern || !seen.enabled;
  const target = queue === undefined || !seen?.targets.includes(queue.arn);
  return put || target ? [{ ...rule, put, target }] : [];
}

function planRemoval({ queue, rules, shared }: EventsObserved): Plan<EventsAction> {
  if (shared) return done('EventsShared', { message: `Other clusters use the queue ${EVENT_QUEUE}.` });
  if (queue === undefined && rules.size === 0) return done('EventsGone');
  return act(
    { kind: 'remove', ...(queue === undefined ? {} : { queue }), rules: [...rules.keys()] },
    'DeletingEventQueue',
  );
}

export const eventsStep: Step<EventsContext, EventsDesired, EventsObserved, EventsAction> = {
  name: EVENTS_STEP,
  title: 'Listen to what EC2 announces',
  condition: 'CreatingInfrastructure',
  after: [ACCOUNT_STEP],
  desired: (view) => ({
    deleting: view.deleting,
    removed: view.deleting && view.outputs(EVENTS_STEP).removed === true,
  }),
  async observe(ctx, { deleting, removed }) {
    if (removed) return ok({ rules: new Map(), shared: false });
    if (deleting && (await ctx.hasNeighbours())) return ok({ rules: new Map(), shared: true });
    return observeChannel(ctx.events);
  },
  plan: planEvents,
  async act({ events }, _desired, action) {
    switch (action.kind) {
      case 'ensure':
        return ensure(events, action);
      case 'remove':
        return remove(events, action);
    }
  },
};

async function observeChannel(events: EventsPort): Promise<Result<EventsObserved>> {
  const [queue, ...rules] = await Promise.all([
    events.queue(),
    ...EVENT_RULES.map(({ name }) => events.rule(name)),
  ]);
  if (!queue.ok) return queue;
  const seen = new Map<string, RuleSeen>();
  for (const [index, rule] of rules.entries()) {
    if (!rule.ok) return rule;
    const name = EVENT_RULES[index]?.name;
    if (rule.value && name !== undefined) seen.set(name, rule.value);
  }
  return ok({ ...(queue.value === undefined ? {} : { queue: queue.value }), rules: seen, shared: false });
}

async function ensure(
  events: EventsPort,
  { queue: seen, rules }: Extract<EventsAction, { kind: 'ensure' }>,
): Promise<Result<Acted>> {
  const queue = seen === undefined ? await events.createQueue() : ok(seen);
  if (!queue.ok) return queue;
  const policy = queuePolicy(queue.value.arn);
  if (queue.value.policy !== policy) {
    const opened = await events.setPolicy(queue.value, policy);
    if (!opened.ok) return opened;
  }
  const made = await Promise.all(rules.map((rule) => ensureRule(events, rule, queue.value.arn)));
  const refused = made.find((one) => !one.ok);
  if (refused) return refused;
  return ok({ event: `Created queue ${EVENT_QUEUE} and its rules`, lookAfterMs: 0 });
}

async function ensureRule(
  events: EventsPort,
  { name, pattern, put, target }: RuleGap,
  queueArn: string,
): Promise<Result<void>> {
  const made = put ? await events.putRule(name, pattern) : ok(undefined);
  return made.ok && target ? events.putTarget(name, queueArn) : made;
}

async function remove(
  events: EventsPort,
  { queue, rules }: Extract<EventsAction, { kind: 'remove' }>,
): Promise<Result<Acted>> {
  const gone = await Promise.all(rules.map((name) => events.removeRule(name)));
  const refused = gone.find((one) => !one.ok);
  if (refused) return refused;
  const removed = queue === undefined ? ok(undefined) : await events.removeQueue(queue);
  if (!removed.ok) return removed;
  // SQS shows a deleted queue for up to a minute, so what it was asked is remembered instead of looked for.
  return ok({
    event: `Deleted queue ${EVENT_QUEUE} and its rules`,
    outputs: { removed: true },
    lookAfterMs: 0,
  });
}

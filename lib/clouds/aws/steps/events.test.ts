/** The queue of an account and region: the first makes it, the last takes it away. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { fail, ok } from '../../../domain/errors.ts';
import { EVENT_RULES, queuePolicy } from '../events/event-rules.ts';
import type { EventsPort, RuleSeen } from '../events/port.ts';
import { type EventsObserved, eventsStep, planEvents } from './events.ts';

const ARN = 'arn:aws:sqs:eu-central-1:1:slip-events';
const queue = { url: 'https://sqs.test', arn: ARN, policy: queuePolicy(ARN) };
const wanted = { deleting: false, removed: false };
const leaving = { deleting: true, removed: false };
const rules = new Map<string, RuleSeen>(
  EVENT_RULES.map(({ name, pattern }) => [name, { pattern, enabled: true, targets: [ARN] }]),
);
const seen = (fields: Partial<EventsObserved> = {}): EventsObserved => ({
  queue,
  rules,
  shared: false,
  ...fields,
});
const [first] = EVENT_RULES.map(({ name }) => name);
const but = (change: Partial<RuleSeen>) =>
  new Map([...rules].map(([name, rule]) => [name, name === first ? { ...rule, ...change } : rule]));

describe('plan', () => {
  const gaps = (observed: EventsObserved) => {
    const plan = planEvents(wanted, observed);
    if (plan.next !== 'act' || plan.action.kind !== 'ensure') throw new Error('nothing to make');
    return plan.action.rules.map(({ name, put, target }) => [name, put, target]);
  };
  test.each<readonly [string, EventsObserved, readonly unknown[]]>([
    [
      'nothing is there',
      { rules: new Map(), shared: false },
      EVENT_RULES.map(({ name }) => [name, true, true]),
    ],
    ['the policy is missing', seen({ queue: { url: 'u', arn: ARN } }), []],
    ['a rule is gone', seen({ rules: new Map([...rules].slice(1)) }), [[first, true, true]]],
    ['somebody switched one off', seen({ rules: but({ enabled: false }) }), [[first, true, false]]],
    ['another pattern', seen({ rules: but({ pattern: '{}' }) }), [[first, true, false]]],
    ['it goes elsewhere', seen({ rules: but({ targets: ['arn:other'] }) }), [[first, false, true]]],
  ])('%s', (_title, observed, expected) => {
    expect(gaps(observed)).toEqual(expected);
  });

  test.each<readonly [string, typeof wanted, EventsObserved, string, string]>([
    ['all is right', wanted, seen(), 'done', 'EventsReady'],
    ['deleting: others need it', leaving, seen({ shared: true }), 'done', 'EventsShared'],
    ['deleting: the last one', leaving, seen(), 'act', 'DeletingEventQueue'],
    ['deleting: rules without queue', leaving, { rules, shared: false }, 'act', 'DeletingEventQueue'],
    ['deleting: gone', leaving, { rules: new Map(), shared: false }, 'done', 'EventsGone'],
  ])('%s', (_title, desired, observed, next, reason) => {
    expect(planEvents(desired, observed)).toMatchObject({ next, reason });
  });
});

describe('against a port', () => {
  function ports({ neighbours = false, refuses = '' } = {}) {
    const calls: string[] = [];
    const note = (call: string) => {
      calls.push(call);
      return call === refuses
        ? fail({ code: 'Unauthorized' as const, message: 'no', source: 'aws:x:y' })
        : ok(undefined);
    };
    const events: EventsPort = {
      queue: async () => ok(queue),
      rule: async (name) => ok(rules.get(name)),
      createQueue: async () => {
        calls.push('queue');
        return ok({ url: queue.url, arn: ARN });
      },
      setPolicy: async () => note('policy'),
      putRule: async (name) => note(`rule ${name}`),
      putTarget: async (name) => note(`target ${name}`),
      removeRule: async (name) => note(`remove ${name}`),
      removeQueue: async () => note('remove queue'),
    };
    return { ctx: { events, hasNeighbours: async () => neighbours }, calls };
  }

  test('everything is made in the order in which one needs the other', async () => {
    const { ctx, calls } = ports();
    const plan = planEvents(wanted, { rules: new Map(), shared: false });
    if (plan.next !== 'act') throw new Error('nothing to make');
    expect(await eventsStep.act(ctx, wanted, plan.action)).toMatchObject({
      ok: true,
      value: { lookAfterMs: 0 },
    });
    expect(calls.slice(0, 2)).toEqual(['queue', 'policy']);
    for (const { name } of EVENT_RULES) {
      expect(calls.indexOf(`target ${name}`)).toBeGreaterThan(calls.indexOf(`rule ${name}`));
    }
    expect(calls).toHaveLength(10);
  });

  test('the queue goes last, and what was confirmed is remembered', async () => {
    const { ctx, calls } = ports();
    const plan = planEvents(leaving, seen());
    if (plan.next !== 'act') throw new Error('nothing to remove');
    expect(await eventsStep.act(ctx, leaving, plan.action)).toMatchObject({
      ok: true,
      value: { outputs: { removed: true }, lookAfterMs: 0 },
    });
    expect(calls).toEqual([...EVENT_RULES.map(({ name }) => `remove ${name}`), 'remove queue']);
  });

  test('a rule that stays keeps the queue', async () => {
    const { ctx, calls } = ports({ refuses: `remove ${first}` });
    const action = { kind: 'remove', queue, rules: [...rules.keys()] } as const;
    expect(await eventsStep.act(ctx, leaving, action)).toMatchObject({ ok: false });
    expect(calls).not.toContain('remove queue');
  });

  test.each([
    ['others need it', leaving, true, { rules: new Map(), shared: true }],
    ['nobody else', leaving, false, { queue, rules, shared: false }],
    ['it is gone', { deleting: true, removed: true }, true, { rules: new Map(), shared: false }],
    ['creating never asks who else is there', wanted, true, { queue, rules, shared: false }],
  ])('observe: %s', async (_title, desired, neighbours, expected) => {
    expect(await eventsStep.observe(ports({ neighbours }).ctx, desired)).toEqual({
      ok: true,
      value: expected,
    });
  });
});

test.each([
  [false, { removed: true }, { deleting: false, removed: false }],
  [true, {}, { deleting: true, removed: false }],
  [true, { removed: true }, { deleting: true, removed: true }],
])('desired', (deleting, outputs, expected) => {
  expect(eventsStep.desired(anAwsView({ deleting, outputs: { 'aws/events': outputs } }))).toEqual(expected);
});

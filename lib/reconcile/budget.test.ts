import { expect, test } from '@jest/globals';
import { createBudgets } from './budget.ts';
import { passGuard } from './guard.ts';

const READ = { verb: 'read', family: 'Microsoft.ContainerService' } as const;
const RATES = { read: { burst: 2, perSecond: 8 }, write: { burst: 1, perSecond: 1 } };

function aBudget() {
  const time = { nowMs: 10_000 };
  const clock = { now: () => time.nowMs, monotonic: () => time.nowMs };
  return { time, clock, budgets: createBudgets(clock, 1, RATES) };
}

test('who is sent away gets a place in line, each behind the others, with room for a whole pass', () => {
  const { budgets } = aBudget();
  const taken = [1, 2, 3, 4, 5].map(() => budgets.take('account', READ));
  expect(taken).toEqual([undefined, undefined, 500, 1_000, 1_500]);
  expect(budgets.take('other account', READ)).toBeUndefined();
});

test('a family with a rate of its own is held to that', () => {
  const { budgets } = aBudget();
  const call = { verb: 'write', family: 'EC2:RunInstances', rate: { burst: 3, perSecond: 2 } } as const;
  expect([1, 2, 3, 4].map(() => budgets.take('account', call))).toEqual([
    undefined,
    undefined,
    undefined,
    2_000,
  ]);
});

test('nobody waits once there is room', () => {
  const { budgets, time } = aBudget();
  for (let call = 0; call < 3; call += 1) budgets.take('account', READ);
  time.nowMs += 500;
  expect([1, 2].map(() => budgets.take('account', READ))).toEqual([undefined, undefined]);
});

test('after a 429 the line begins at its Retry-After, and the bucket fills from there', () => {
  const { budgets, time } = aBudget();
  budgets.close('account', READ, 60_000);
  expect([1, 2].map(() => budgets.take('account', READ))).toEqual([60_500, 61_000]);
  time.nowMs += 60_125;
  expect(budgets.take('account', READ)).toBeUndefined();
  expect(budgets.take('account', READ)).toBe(1_375);
});

test('all calls of one pass that are sent away share one place', () => {
  const { budgets, clock } = aBudget();
  const guard = () =>
    passGuard({ clock, budgets, credential: 'account', startedAt: clock.now(), deadlineMs: 60_000 });
  const first = guard();
  const answers = [1, 2, 3, 4].map(() => first.admit(READ));
  expect(answers).toEqual([
    undefined,
    undefined,
    { why: 'budget', retryAfterMs: 500 },
    { why: 'budget', retryAfterMs: 500 },
  ]);
  expect(guard().admit(READ)).toEqual({ why: 'budget', retryAfterMs: 1_000 });
});

test('a 429 closes the bucket of its kind of call, unless it says nothing about the rate of calls', () => {
  const { budgets, clock } = aBudget();
  const guard = passGuard({
    clock,
    budgets,
    credential: 'account',
    startedAt: clock.now(),
    deadlineMs: 60_000,
  });
  const write = { verb: 'write', family: 'kubernetes:shop.example' } as const;
  guard.settled(write, { status: 429, throttled: false });
  guard.settled(write, { status: 503, retryAfterMs: 5_000 });
  expect(budgets.take('account', write)).toBeUndefined();
  guard.settled(write, { status: 429, retryAfterMs: 5_000 });
  // Retry-After, then four calls at one a second.
  expect(budgets.take('account', write)).toBe(9_000);
  expect(budgets.take('account', { ...write, family: 'kubernetes:other.example' })).toBeUndefined();
  expect(budgets.take('account', { ...write, verb: 'read' })).toBeUndefined();
});

test('a write after the deadline is refused, a read is not: protocol rule 7', () => {
  const { budgets, clock, time } = aBudget();
  const guard = passGuard({
    clock,
    budgets,
    credential: 'account',
    startedAt: clock.now(),
    deadlineMs: 60_000,
  });
  const write = { ...READ, verb: 'write' } as const;
  time.nowMs += 60_000;
  expect(guard.admit(write)).toBeUndefined();
  time.nowMs += 1;
  expect(guard.admit(write)).toEqual({ why: 'deadline' });
  expect(guard.admit(READ)).toBeUndefined();
});

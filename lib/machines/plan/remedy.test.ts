import { describe, expect, test } from '@jest/globals';
import { NOON_MS } from '../../../test/builders/cluster.ts';
import {
  aDesiredPool,
  aMachine,
  aPoolRecord,
  aWish,
  nodeFor,
  observedPool,
  slotFor,
} from '../../../test/builders/machines.ts';
import { toInstant } from '../../domain/time.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { Machine } from '../port.ts';
import type { Leaving, Slot } from '../record.ts';
import type { PoolDesired } from './model.ts';
import { planPool } from './pool.ts';

const ago = (minutes: number): string => toInstant(NOON_MS - minutes * 60_000);

/** One node of the pool; Ready unless said otherwise. */
interface Seen {
  readonly node?: Partial<WorkloadNode> | 'none';
  readonly slot?: Partial<Slot>;
  readonly machine?: Partial<Machine>;
}

interface Extra {
  readonly desired?: Partial<PoolDesired>;
  readonly leaving?: Leaving[];
}

const well: Seen = {};
const notReady = (minutes: number, slot: Partial<Slot> = {}): Seen => ({
  node: { ready: false },
  slot: { unreadyAt: ago(minutes), ...slot },
});
const saying = (type: string): Partial<WorkloadNode> => ({ conditions: [{ type, status: 'True' }] });
const faulty = (minutes: number, condition: 'KernelDeadlock' | 'ReadonlyFilesystem'): Seen => ({
  node: saying(condition),
  slot: { fault: { condition, at: ago(minutes) } },
});

/** Which try of the slot the first one is, and what came of those before. */
const past = (count: number, minutes: number): Partial<Slot> => ({ remedies: { count, at: ago(minutes) } });

function plan(seen: readonly Seen[], { desired, leaving = [] }: Extra = {}) {
  const machines = seen.map(({ machine }, index) => aMachine({ index, zone: 'a', ...machine }));
  const nodes = seen.flatMap(({ node }, index) => {
    const machine = machines[index];
    return node === 'none' || machine === undefined ? [] : [nodeFor(machine, node)];
  });
  const slots = Object.fromEntries(
    machines.map((machine, index) => [String(index), slotFor(machine, seen[index]?.slot)] as const),
  );
  return planPool(
    aDesiredPool({
      wish: aWish({ size: seen.length, zones: ['a'] }),
      record: aPoolRecord({ slots, leaving }),
      ...desired,
    }),
    observedPool({ machines, nodes }),
    NOON_MS,
  );
}

const replacing = (index: number, because: string) => ({
  next: 'act',
  reason: 'RemediatingNode',
  condition: 'ReplacingNode',
  action: { kind: 'drain', victims: [{ because, member: { index } }] },
});
const held = (message: RegExp) => ({
  next: 'blocked',
  reason: 'RemediationHeld',
  message: expect.stringMatching(message),
});
const watched = { next: 'wait', reason: 'WaitingForNodes', forMs: 60_000 };
const atRest = { next: 'done', reason: 'PoolReady' };

const TOO_MANY = /^Too many nodes of pool w are bad at once/;
const AGAIN = /^Node node-w\d1 is bad, and so was the one that its machine replaced/;

describe('which nodes are bad, and for how long', () => {
  test.each<[string, Seen, object]>([
    ['not Ready for less than 5 minutes', notReady(4), watched],
    ['not Ready for 5 minutes', notReady(5), replacing(0, 'NodeNotReady')],
    ['not Ready, seen for the first time', { node: { ready: false } }, watched],
    [
      'gone while its machine runs',
      { node: 'none', slot: { unreadyAt: ago(5) } },
      replacing(0, 'NodeNotReady'),
    ],
    [
      'of a machine that somebody stopped',
      { ...notReady(5), machine: { state: 'stopped' } },
      replacing(0, 'NodeNotReady'),
    ],
    ['in a deadlock for 4 minutes', faulty(4, 'KernelDeadlock'), watched],
    ['in a deadlock for 5 minutes', faulty(5, 'KernelDeadlock'), replacing(0, 'KernelDeadlock')],
    ['read-only for 5 minutes', faulty(5, 'ReadonlyFilesystem'), replacing(0, 'ReadonlyFilesystem')],
    ['in a deadlock, seen for the first time', { node: saying('KernelDeadlock') }, watched],
    [
      'read-only now, after a deadlock',
      { ...faulty(5, 'KernelDeadlock'), node: saying('ReadonlyFilesystem') },
      watched,
    ],
    [
      'well again',
      { slot: { unreadyAt: ago(9), fault: { condition: 'KernelDeadlock', at: ago(9) } } },
      atRest,
    ],
    ['under disk pressure', { node: saying('DiskPressure') }, atRest],
    ['under memory pressure', { node: saying('MemoryPressure') }, atRest],
    ['without a network', { node: saying('NetworkUnavailable') }, atRest],
    ['bad in a way that nobody knows', { node: saying('CoffeeMissing') }, atRest],
    [
      'left alone by its people',
      { ...faulty(60, 'KernelDeadlock'), node: { ...saying('KernelDeadlock'), leftAlone: true } },
      atRest,
    ],
    [
      'left alone and not Ready',
      { node: { ready: false, leftAlone: true }, slot: { unreadyAt: ago(60) } },
      { next: 'blocked', reason: 'NodesNotReady' },
    ],
  ])('a node that is %s', (_what, seen, expected) => {
    expect(plan([seen, well, well])).toMatchObject(expected);
  });

  test('a recovering node that was closed is opened again', () => {
    const leaving: Leaving[] = [
      { index: 0, attempt: 1, because: 'NodeNotReady', since: ago(1), budgets: [] },
    ];
    const closed: Seen = { node: { unschedulable: true, cordonedByUs: true } };
    expect(plan([closed, well, well], { leaving })).toMatchObject({
      action: { kind: 'open', nodes: [{ index: 0 }] },
    });
  });
});

describe('how its pods leave', () => {
  const drainOf = (seen: Seen) => {
    const result = plan([seen, well, well]);
    return result.next === 'act' && result.action.kind === 'drain'
      ? result.action.victims[0]?.drain
      : undefined;
  };

  test('a dead node is given 5 minutes, and less when its pool says so', () => {
    expect(drainOf(notReady(5))).toEqual({ timeoutMs: 300_000, onBlocked: 'skip' });
    const desired = { drain: { timeoutMs: 60_000, onBlocked: 'wait' } } as const;
    expect(plan([notReady(5), well, well], { desired })).toMatchObject({
      action: { victims: [{ drain: { timeoutMs: 60_000, onBlocked: 'skip' } }] },
    });
  });

  test('one that still works is drained as its pool says', () => {
    expect(drainOf(faulty(5, 'KernelDeadlock'))).toEqual({ timeoutMs: 600_000, onBlocked: 'wait' });
  });
});

describe('one at a time', () => {
  const five = (...bad: readonly Seen[]) => [...bad, well, well, well].slice(0, 5);

  test('the one that has been bad for longest goes first', () => {
    expect(plan(five(notReady(6), notReady(9)))).toMatchObject(replacing(1, 'NodeNotReady'));
  });

  test('the one that has begun goes on', () => {
    const leaving: Leaving[] = [
      { index: 0, attempt: 1, because: 'NodeNotReady', since: ago(1), budgets: [] },
    ];
    expect(plan(five(notReady(6), notReady(9)), { leaving })).toMatchObject(replacing(0, 'NodeNotReady'));
  });

  test.each<[string, Partial<Machine>, Seen, object]>([
    ['ends', { state: 'leaving' }, well, { next: 'wait', reason: 'WaitingForMachineToEnd' }],
    [
      'joins',
      { launchedAt: ago(2) },
      {
        node: 'none',
        slot: { ready: undefined, joined: undefined, launchedAt: ago(2) } as unknown as Partial<Slot>,
      },
      { next: 'wait', reason: 'WaitingForNodes' },
    ],
    ['is missing', { state: 'gone' }, { node: 'none' }, { action: { kind: 'add-machines' } }],
  ])('nobody goes while another %s', (_what, machine, seen, expected) => {
    expect(plan([notReady(9), well, well, well, { ...seen, machine }])).toMatchObject(expected);
  });

  test('[A247] while nodes are replaced one by one the bad one is the one that goes', () => {
    const old = { revision: 'r0' };
    const desired = { wish: aWish({ size: 3, zones: ['a'] }) };
    const midway = [{ machine: old }, { machine: old }, well, notReady(6)];
    expect(plan(midway, { desired })).toMatchObject(replacing(3, 'NodeNotReady'));
    const leaving: Leaving[] = [{ index: 0, attempt: 1, because: 'Outdated', since: ago(1), budgets: [] }];
    expect(plan(midway, { desired, leaving })).toMatchObject({
      reason: 'DrainingNodes',
      action: { victims: [{ because: 'Outdated', member: { index: 0 } }] },
    });
  });

  test('one more than wanted: the bad one is the one that is too many', () => {
    const desired = { wish: aWish({ size: 3, zones: ['a'] }) };
    expect(plan([notReady(6), well, well, well], { desired })).toMatchObject({
      reason: 'DrainingNodes',
      action: { victims: [{ because: 'TooMany', member: { index: 0 } }] },
    });
  });
});

describe('the circuit breaker', () => {
  const pool = (bad: number, size: number): readonly Seen[] =>
    Array.from({ length: size }, (_, index) => (index < bad ? notReady(6) : well));

  test.each<[number, number, 'replaced' | 'held']>([
    [1, 1, 'replaced'],
    [1, 2, 'replaced'],
    [2, 2, 'held'],
    [2, 4, 'held'],
    [2, 5, 'replaced'],
    [3, 5, 'held'],
    [4, 10, 'replaced'],
    [5, 10, 'held'],
  ])('%i bad nodes of %i are %s', (bad, size, outcome) => {
    const expected = outcome === 'held' ? held(TOO_MANY) : replacing(0, 'NodeNotReady');
    expect(plan(pool(bad, size))).toMatchObject(expected);
  });

  test('those whose time is not over count, those that are left alone do not', () => {
    expect(plan([notReady(6), notReady(1), well, well])).toMatchObject(held(TOO_MANY));
    const alone: Seen = { node: { ready: false, leftAlone: true }, slot: { unreadyAt: ago(60) } };
    expect(plan([notReady(6), alone, well, well])).toMatchObject(replacing(0, 'NodeNotReady'));
  });

  test('says the same as long as the same nodes are bad, at most ten of them', () => {
    expect(plan(pool(2, 2)).message).toBe(
      'Too many nodes of pool w are bad at once for their machines to be the reason: node-w01, node-w11. ' +
        'None is replaced until fewer are.',
    );
    expect(plan(pool(11, 12)).message).toMatch(/node-w81 and more\. None/);
  });

  test('what drains is opened again when many more turn bad', () => {
    const leaving: Leaving[] = [
      { index: 0, attempt: 1, because: 'NodeNotReady', since: ago(1), budgets: [] },
    ];
    expect(plan(pool(3, 5), { leaving })).toMatchObject({ action: { kind: 'open', nodes: [{ index: 0 }] } });
  });
});

describe('again and again', () => {
  test.each<[string, number, number, object]>([
    ['once, a moment ago', 1, 14, held(AGAIN)],
    ['once, a quarter of an hour ago', 1, 15, replacing(0, 'NodeNotReady')],
    ['twice, a moment ago', 2, 29, held(AGAIN)],
    ['twice, half an hour ago', 2, 30, replacing(0, 'NodeNotReady')],
    ['three times, hours ago', 3, 719, held(AGAIN)],
    ['three times, half a day ago', 3, 720, replacing(0, 'NodeNotReady')],
  ])('a slot that was replaced %s', (_what, count, minutes, expected) => {
    expect(plan([notReady(6, past(count, minutes)), well, well])).toMatchObject(expected);
  });

  test('another slot does not wait for it', () => {
    const resting = notReady(9, past(3, 60));
    expect(plan([resting, notReady(6), well, well, well])).toMatchObject(replacing(1, 'NodeNotReady'));
  });

  const counted = (because: Leaving['because'], before: Partial<Slot>) => {
    const leaving: Leaving[] = [{ index: 0, attempt: 1, because, since: ago(1), budgets: [] }];
    const gone: Seen = { node: 'none', machine: { state: 'gone' }, slot: before };
    const result = plan([gone, well, well], { leaving });
    return result.next === 'act' ? result.action.record.slots['0'] : undefined;
  };

  test.each<[string, Leaving['because'], Partial<Slot>, number | undefined]>([
    ['the first', 'NodeNotReady', {}, 1],
    ['one more', 'KernelDeadlock', past(2, 60), 3],
    ['one after half a day', 'NodeNotReady', past(3, 720), 1],
    ['one for another reason', 'Outdated', past(2, 60), undefined],
  ])('counts %s', (_what, because, before, count) => {
    const slot = counted(because, before);
    expect(slot?.replacedBecause).toBe(because);
    expect(slot?.remedies).toEqual(count === undefined ? undefined : { count, at: toInstant(NOON_MS) });
  });

  test('an edit is no remedy: its machines are replaced at once', () => {
    const desired = { wish: aWish({ size: 3, zones: ['a'], revision: 'r2' }) };
    const seen = [notReady(6, past(3, 60)), notReady(6), notReady(6)];
    expect(plan(seen, { desired })).toMatchObject({
      action: { kind: 'add-machines', replaces: 'Outdated' },
    });
  });
});

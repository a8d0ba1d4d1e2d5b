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
import type { Leaving, PoolRecord, Slot } from '../record.ts';
import type { PoolDesired, PoolObserved } from './model.ts';
import { planPool } from './pool.ts';

const ago = (minutes: number): string => toInstant(NOON_MS - minutes * 60_000);

interface Seen {
  readonly machine: Machine;
  /** `none`: it is no node yet. */
  readonly node?: Partial<WorkloadNode> | 'none';
  readonly slot?: Partial<Slot>;
}

interface Extra {
  readonly desired?: Partial<PoolDesired>;
  readonly observed?: Partial<PoolObserved>;
  readonly record?: Partial<PoolRecord>;
  readonly slots?: Readonly<Record<string, Slot>>;
}

function plan(seen: readonly Seen[], { desired, observed, record, slots }: Extra = {}) {
  const machines = seen.map(({ machine }) => machine);
  const nodes = seen.flatMap(({ machine, node }) => (node === 'none' ? [] : [nodeFor(machine, node)]));
  const known = seen.map(({ machine, slot }) => [String(machine.index), slotFor(machine, slot)] as const);
  const all = aPoolRecord({ slots: { ...Object.fromEntries(known), ...slots }, ...record });
  return planPool(
    aDesiredPool({ record: all, ...desired }),
    observedPool({ machines, nodes, ...observed }),
    NOON_MS,
  );
}

/** A Ready one. */
const at = (index: number, zone: string, fields: Partial<Machine> = {}): Seen => ({
  machine: aMachine({ index, zone, ...fields }),
});

/** Launched some minutes ago and not Ready yet. */
function joining(index: number, zone: string, minutes: number, node: Seen['node'] = 'none'): Seen {
  const machine = aMachine({ index, zone, launchedAt: ago(minutes) });
  const { attempt, id } = machine;
  return { machine, node, slot: { attempt, id, launchedAt: ago(minutes), ...UNJOINED } };
}
const UNJOINED = { joined: undefined, ready: undefined } as unknown as Partial<Slot>;

const three = [at(0, 'a'), at(1, 'b'), at(2, 'c')];
const old = { revision: 'r0' };

describe('size', () => {
  test('[A46] the right number of Ready nodes is all there is to do', () => {
    expect(plan(three)).toMatchObject({ next: 'done', reason: 'PoolReady' });
  });

  test('[A235] [A237] missing machines are launched side by side, each in the emptiest zone', () => {
    const result = plan([at(0, 'b')], { desired: { wish: aWish({ size: 4 }) } });
    expect(result).toMatchObject({
      next: 'act',
      reason: 'AddingNodes',
      condition: 'AddingWorkerNode',
      progress: { done: 1, total: 4 },
      action: {
        kind: 'add-machines',
        orders: [
          { index: 1, attempt: 1, zone: 'a', kind: 'join-worker', capacity: 'on-demand' },
          { index: 2, attempt: 1, zone: 'c' },
          { index: 3, attempt: 1, zone: 'a' },
        ],
      },
    });
  });

  test('ten at a time', () => {
    const result = plan([], { desired: { wish: aWish({ size: 25 }) } });
    expect(result).toMatchObject({ action: { orders: { length: 10 } } });
  });

  test.each<[string, readonly Seen[], string]>([
    ['the newest of the fullest zone', [...three, at(3, 'a'), at(4, 'b')], 'w4'],
    [
      'a node that is not Ready',
      [at(0, 'a'), at(1, 'a'), at(2, 'b'), { ...at(3, 'c'), node: { ready: false } }],
      'w3',
    ],
    ['one that only joins rather than one that works', [...three, joining(3, 'c', 2)], 'w3'],
  ])('scaling down takes %s', (_what, seen, victim) => {
    expect(plan(seen)).toMatchObject({
      next: 'act',
      condition: 'RemovingNode',
      action: {
        kind: 'drain',
        victims: [{ because: 'TooMany', member: { machine: { nodeName: `node-${victim}1` } } }],
      },
    });
  });

  test('scaling down takes outdated machines before good ones', () => {
    const result = plan([at(0, 'a', old), ...three.slice(1), at(3, 'a'), at(4, 'b')]);
    expect(result).toMatchObject({ action: { victims: [{ member: { index: 0 } }] } });
  });

  test('who drains already goes on draining', () => {
    const leaving: Leaving[] = [
      { index: 1, attempt: 1, because: 'TooMany', since: ago(3), budgets: ['shop/web'] },
    ];
    const result = plan([...three, at(3, 'a')], { record: { leaving, removeTotal: 3 } });
    expect(result).toMatchObject({
      message: 'Draining node node-w11: PodDisruptionBudget shop/web allows no eviction now.',
      progress: { done: 2, total: 3 },
      action: { victims: [{ member: { index: 1 } }] },
    });
  });

  test('[A237] machines that end are waited for before their slot is filled', () => {
    const result = plan([
      ...three.slice(0, 2),
      { ...at(2, 'c', { state: 'leaving' }), node: { ready: false } },
    ]);
    expect(result).toMatchObject({ next: 'wait', reason: 'WaitingForMachineToEnd', forMs: 5_000 });
  });
});

/** What is remembered of a machine that was just launched. */
const BUILT = { revision: 'r1', capacity: 'on-demand', joined: true } as const;

describe('slots', () => {
  test('a machine that is gone leaves its slot to the next attempt', () => {
    const result = plan([...three.slice(0, 2), { ...at(2, 'c', { state: 'gone' }), node: 'none' }]);
    expect(result).toMatchObject({
      action: { kind: 'add-machines', orders: [{ index: 2, attempt: 2, zone: 'c' }] },
    });
  });

  test('a machine that nobody wrote down is adopted, not launched again', () => {
    const stranger = aMachine({ index: 2, zone: 'c' });
    const result = plan(three.slice(0, 2), {
      observed: {
        machines: [...three.slice(0, 2).map(({ machine }) => machine), stranger],
        nodes: three.slice(0, 2).map(({ machine }) => nodeFor(machine)),
      },
    });
    expect(result).toMatchObject({ next: 'wait', reason: 'WaitingForNodes' });
  });

  test.each<[string, number, object]>([
    ['is looked for during the hidden window', 0.5, { next: 'wait', reason: 'LookingForMachine' }],
    [
      'is believed gone after it',
      1,
      { action: { kind: 'add-machines', orders: [{ index: 2, attempt: 2 }] } },
    ],
  ])('a recorded machine that is not listed %s', (_what, minutes, expected) => {
    const slots = { '2': { attempt: 1, id: 'i-w21', launchedAt: ago(minutes), zone: 'c', ...BUILT } };
    expect(plan(three.slice(0, 2), { slots })).toMatchObject(expected);
  });

  test.each<[string, number, object]>([
    ['waits for the machine that has the token', 0.5, { next: 'wait', reason: 'LookingForMachine' }],
    [
      'gives that token up after the hidden window',
      1,
      { action: { kind: 'withdraw', keys: [{ index: 2, attempt: 1 }] } },
    ],
  ])('a token that the cloud knows with other parameters: %s', (_what, minutes, expected) => {
    const slots = { '2': { attempt: 0, conflictAt: ago(minutes) } };
    expect(plan(three.slice(0, 2), { slots })).toMatchObject(expected);
  });

  test('a machine that was gone before anybody recorded it leaves its token to be taken back', () => {
    const gone = aMachine({ index: 2, zone: 'c', state: 'gone' });
    const machines = [...three.slice(0, 2).map(({ machine }) => machine), gone];
    expect(plan(three.slice(0, 2), { observed: { machines } })).toMatchObject({
      action: { kind: 'withdraw', keys: [{ index: 2, attempt: 1 }] },
    });
  });

  test('of two machines of one slot the recorded one stays, once it is recorded', () => {
    const twin = aMachine({ index: 0, attempt: 2, zone: 'a' });
    const machines = [...three.map(({ machine }) => machine), twin];
    expect(plan(three, { observed: { machines } })).toMatchObject({
      action: { kind: 'remove-machines', machines: [{ id: 'i-w02' }] },
    });
    const unrecorded = { '0': { attempt: 0 } };
    expect(plan(three, { observed: { machines }, slots: unrecorded })).toMatchObject({
      action: { kind: 'settle-joined', members: [{ id: 'i-w01' }] },
    });
  });

  test('nodes whose machine is gone are deleted; those of other pools are not', () => {
    const dead = nodeFor(aMachine({ index: 7 }));
    const other = nodeFor(aMachine({ pool: 'x', index: 7 }));
    const nodes = [...three.map(({ machine }) => nodeFor(machine)), dead, other];
    expect(plan(three, { observed: { nodes } })).toMatchObject({
      action: { kind: 'remove-nodes', nodes: ['node-w71'] },
    });
  });
});

const joinsIn = (forMs: number) => ({ next: 'wait', reason: 'WaitingForNodes', forMs });

describe('machines that do not become Ready', () => {
  test.each<[string, Seen, object]>([
    ['are waited for', joining(2, 'c', 14), { next: 'act', action: { kind: 'extend' } }],
    ['nothing is missed in the first minute', joining(2, 'c', 0.25), joinsIn(45_000)],
    ['then looks come soon after one another', joining(2, 'c', 1), joinsIn(4_000)],
    ['and grow apart', joining(2, 'c', 4), joinsIn(12_000)],
    ['are given up when they do not join', joining(2, 'c', 15), { action: { kind: 'remove-stuck' } }],
    [
      'have ten minutes more once they joined',
      { ...joining(2, 'c', 24, { ready: false }), slot: { ...joining(2, 'c', 24).slot, joined: true } },
      { next: 'wait', reason: 'WaitingForNodes' },
    ],
    [
      'are given up when they do not become Ready',
      joining(2, 'c', 25, { ready: false }),
      { action: { kind: 'remove-stuck' } },
    ],
  ])('%s', (_what, seen, expected) => {
    expect(plan([...three.slice(0, 2), seen])).toMatchObject(expected);
  });

  test.each<[string, Slot, string]>([
    [
      'twice: tried again at once',
      { attempt: 2, failures: 2, failedAt: ago(1), failedRevision: 'r1' },
      'act',
    ],
    ['three times: not now', { attempt: 3, failures: 3, failedAt: ago(29), failedRevision: 'r1' }, 'blocked'],
    [
      'three times, half an hour ago',
      { attempt: 3, failures: 3, failedAt: ago(30), failedRevision: 'r1' },
      'act',
    ],
    [
      'three times, before an edit',
      { attempt: 3, failures: 3, failedAt: ago(1), failedRevision: 'r0' },
      'act',
    ],
  ])('a slot that failed %s', (_what, slot, next) => {
    expect(plan(three.slice(0, 2), { slots: { '2': slot } }).next).toBe(next);
  });

  test('a node that was Ready and is left alone is waited for, then people are told', () => {
    const lost = (minutes: number): Seen => ({
      ...at(2, 'c'),
      node: { ready: false, leftAlone: true },
      slot: { unreadyAt: ago(minutes) },
    });
    expect(plan([...three.slice(0, 2), lost(14)])).toMatchObject({ next: 'wait', reason: 'WaitingForNodes' });
    expect(plan([...three.slice(0, 2), lost(15)])).toMatchObject({
      next: 'blocked',
      reason: 'NodesNotReady',
      message: 'Not Ready for a long time: node-w21.',
    });
  });
});

describe('[A247] replacing one by one', () => {
  const outdated = [at(0, 'a', old), at(1, 'b', old), at(2, 'c', old)];

  test('one more first, in the zone of the one that will go', () => {
    expect(plan(outdated)).toMatchObject({
      reason: 'AddingReplacement',
      condition: 'ReplacingNode',
      progress: { done: 0, total: 3 },
      action: { kind: 'add-machines', replaces: 'Outdated', orders: [{ index: 3, zone: 'a' }] },
    });
  });

  test('nobody goes while the new one joins', () => {
    expect(plan([...outdated, joining(3, 'a', 1)])).toMatchObject({
      next: 'wait',
      reason: 'WaitingForNodes',
    });
  });

  test('then the old one of the fullest zone goes', () => {
    expect(plan([...outdated, at(3, 'a')])).toMatchObject({
      condition: 'ReplacingNode',
      progress: { done: 0, total: 3 },
      action: { kind: 'drain', victims: [{ because: 'Outdated', member: { index: 0 } }] },
    });
  });

  test('the next one starts only when the former is gone', () => {
    const ending: Seen = { ...at(0, 'a', { ...old, state: 'leaving' }), node: { ready: false } };
    expect(plan([ending, ...outdated.slice(1), at(3, 'a')])).toMatchObject({
      next: 'wait',
      reason: 'WaitingForMachineToEnd',
      progress: { done: 1, total: 3 },
    });
  });

  test('without room for one more an old one goes first, when all others are Ready', () => {
    const record = { noRoomFor: 'r1/on-demand/a/b/c', noRoomAt: ago(1) };
    expect(plan(outdated, { record })).toMatchObject({
      action: { kind: 'drain', victims: [{ member: { index: 0 } }] },
    });
    const busy = [at(3, 'a'), ...outdated.slice(1).map((one) => one), joining(4, 'a', 1)].slice(1);
    expect(plan(busy, { record })).toMatchObject({ next: 'wait' });
  });

  test('replacements that failed twice pause it', () => {
    const slots = { '3': { attempt: 2, failures: 2, failedAt: ago(5), failedRevision: 'r1' } };
    expect(plan(outdated, { slots })).toMatchObject({
      next: 'blocked',
      reason: 'NodesKeepFailing',
      condition: 'ReplacingNode',
    });
  });

  test('a change that is taken back opens the node that was draining', () => {
    const leaving: Leaving[] = [{ index: 1, attempt: 1, because: 'Outdated', since: ago(1), budgets: [] }];
    const cordoned = { ...at(1, 'b'), node: { unschedulable: true, cordonedByUs: true as const } };
    expect(plan([at(0, 'a'), cordoned, at(2, 'c')], { record: { leaving } })).toMatchObject({
      action: { kind: 'open', nodes: [{ index: 1 }] },
    });
  });

  test('a node that people closed stays closed', () => {
    const cordoned = { ...at(1, 'b'), node: { unschedulable: true } };
    expect(plan([at(0, 'a'), cordoned, at(2, 'c')])).toMatchObject({ next: 'done' });
  });

  test('[A49] machines of a zone that left the pool are outdated, those of a new one are not needed', () => {
    expect(plan(three, { desired: { wish: aWish({ zones: ['a', 'b'] }) } })).toMatchObject({
      action: { replaces: 'ZoneRemoved', orders: [{ zone: 'a' }] },
    });
    expect(plan(three, { desired: { wish: aWish({ zones: ['a', 'b', 'c', 'd'] }) } })).toMatchObject({
      next: 'done',
    });
  });
});

describe('in place', () => {
  const shaped = (
    wish: Partial<ReturnType<typeof aWish>>,
    record: Partial<PoolRecord> = {},
    node: Seen['node'] = {},
  ) => plan([{ ...at(0, 'a'), node }], { desired: { wish: aWish({ size: 1, ...wish }) }, record });
  const taint = { key: 'team', value: 'a', effect: 'NoSchedule' } as const;

  test.each<[string, Parameters<typeof shaped>]>([
    ['a label is new', [{ labels: { 'slipway.io/pool': 'w', disk: 'fast' } }]],
    ['a taint is new', [{ taints: [taint] }]],
    [
      'a taint of ours is not wanted any more',
      [{}, { formerTaints: ['team=a:NoSchedule'] }, { taints: [taint] }],
    ],
  ])('%s', (_what, parts) => {
    expect(shaped(...parts)).toMatchObject({ action: { kind: 'shape', nodes: [{ index: 0 }] } });
  });

  test("other people's taints and labels stay", () => {
    const labels = { 'slipway.io/pool': 'w', theirs: 'yes' };
    expect(shaped({}, {}, { labels, taints: [taint] })).toMatchObject({ next: 'done' });
  });
});

describe('a pool that left the spec', () => {
  const gone = (desired: Partial<PoolDesired> = {}) => {
    const { wish: _left, ...rest } = aDesiredPool(desired);
    return rest;
  };
  const leave = (seen: readonly Seen[], nodes?: readonly WorkloadNode[]) => {
    const slots = Object.fromEntries(seen.map(({ machine }) => [String(machine.index), slotFor(machine)]));
    const machines = seen.map(({ machine }) => machine);
    return planPool(
      gone({ record: aPoolRecord({ slots }) }),
      observedPool({ machines, nodes: nodes ?? machines.map((machine) => nodeFor(machine)) }),
      NOON_MS,
    );
  };

  test('[A244] drains three at a time', () => {
    expect(leave([...three, at(3, 'a'), at(4, 'b')])).toMatchObject({
      condition: 'RemovingNode',
      action: { kind: 'drain', victims: { length: 3 } },
    });
  });

  test('machines that end take a place', () => {
    const ending = [at(3, 'a', { state: 'leaving' }), at(4, 'b', { state: 'leaving' })];
    expect(leave([...three, ...ending])).toMatchObject({ action: { victims: { length: 1 } } });
  });

  test('is done when nothing is left', () => {
    expect(leave([])).toMatchObject({ next: 'done', reason: 'PoolRemoved', condition: 'RemovingNode' });
  });
});

describe('a cluster that is deleted', () => {
  const deleting = { deleting: true };

  test('ends all machines at once, without a drain', () => {
    expect(plan(three, { desired: deleting })).toMatchObject({
      action: { kind: 'remove-machines', machines: { length: 3 } },
    });
  });

  test.each<[string, readonly Seen[], Readonly<Record<string, Slot>>, object]>([
    [
      'until they are seen to be gone',
      [at(0, 'a', { state: 'leaving' })],
      {},
      { reason: 'WaitingForMachineToEnd' },
    ],
    [
      'a hidden one is waited for',
      [],
      { '0': { attempt: 1, id: 'i-w01', launchedAt: ago(0.5) } },
      { reason: 'LookingForMachine' },
    ],
    ['then it is done', [at(0, 'a', { state: 'gone' })], {}, { next: 'done', reason: 'PoolRemoved' }],
  ])('%s', (_what, seen, slots, expected) => {
    expect(plan(seen, { desired: deleting, slots })).toMatchObject(expected);
  });
});

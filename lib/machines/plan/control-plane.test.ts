import { describe, expect, test } from '@jest/globals';
import { NOON_MS } from '../../../test/builders/cluster.ts';
import {
  aDesiredPool,
  aMachine,
  aMember,
  aPoolRecord,
  aWish,
  nodeFor,
  observedPool,
  slotFor,
} from '../../../test/builders/machines.ts';
import { toInstant } from '../../domain/time.ts';
import type { ControlPlaneComponent, EtcdMember } from '../../kube/self-managed.ts';
import type { Machine, TargetHealth } from '../port.ts';
import type { Leaving, PoolRecord, Slot } from '../record.ts';
import type { PoolDesired, PoolWish } from './model.ts';
import { planPool } from './pool.ts';

const COMPONENTS: readonly ControlPlaneComponent[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
];
const ago = (minutes: number): string => toInstant(NOON_MS - minutes * 60_000);

/** One machine of the control plane in all its aspects; healthy unless said otherwise. */
interface Part {
  readonly machine: Machine;
  readonly ready?: boolean;
  readonly pods?: boolean;
  readonly target?: TargetHealth;
  /** `absent`: etcd does not know it. */
  readonly member?: Partial<EtcdMember> | 'absent';
  readonly slot?: Slot;
}

interface Extra {
  readonly wish?: Partial<PoolWish>;
  readonly desired?: Partial<PoolDesired>;
  readonly leaving?: Leaving[];
  readonly members?: readonly EtcdMember[];
  readonly gone?: readonly Machine[];
  readonly record?: Partial<PoolRecord>;
}

function part(
  index: number,
  zone: string,
  fields: Omit<Part, 'machine'> & { machine?: Partial<Machine> } = {},
): Part {
  return { ...fields, machine: aMachine({ pool: 'cp', index, zone, ...fields.machine }) };
}

function plan(
  parts: readonly Part[],
  { wish, desired, leaving = [], members = [], gone = [], record = {} }: Extra = {},
) {
  const nodes = parts.map(({ machine, ready = true }) => nodeFor(machine, { ready }));
  const etcd = parts.flatMap(({ machine, member }) =>
    member === 'absent' ? [] : [aMember(machine.nodeName ?? '', member)],
  );
  const pods = parts.flatMap(({ machine, pods: ready = true }) =>
    COMPONENTS.map((component) => ({ component, node: machine.nodeName ?? '', ready })),
  );
  const targets = new Map(parts.map(({ machine, target = 'healthy' }) => [machine.id, target] as const));
  const slots = Object.fromEntries(
    parts.map(({ machine, slot }) => [String(machine.index), slot ?? slotFor(machine)] as const),
  );
  return planPool(
    aDesiredPool({
      pool: 'cp',
      role: 'control-plane',
      wish: aWish({ size: parts.length, labels: { 'slipway.io/pool': 'cp' }, ...wish }),
      record: aPoolRecord({ slots, leaving, ...record }),
      ...desired,
    }),
    observedPool({
      machines: [...parts.map(({ machine }) => machine), ...gone],
      nodes,
      controlPlane: { targets, pods, etcd: [...etcd, ...members] },
    }),
    NOON_MS,
  );
}

const leavingOf = (index: number, fields: Partial<Leaving> = {}): Leaving => ({
  index,
  attempt: 1,
  because: 'Outdated',
  since: ago(5),
  budgets: [],
  ...fields,
});

const young = (index: number, minutes: number): Slot => ({
  attempt: 1,
  id: `i-cp${index}1`,
  launchedAt: ago(minutes),
  zone: 'b',
  revision: 'r1',
  capacity: 'on-demand',
});

const SAVED = { etcdSavedAt: ago(1) };
const three = [part(0, 'a', { member: { leader: true } }), part(1, 'b'), part(2, 'c')];

describe('growing', () => {
  test('a whole control plane is done', () => {
    expect(plan(three)).toMatchObject({ next: 'done', reason: 'PoolReady' });
  });

  test('[A238] one at a time, in the emptiest zone', () => {
    expect(plan([part(0, 'a')], { wish: { size: 3 }, record: SAVED })).toMatchObject({
      condition: 'AddingControlPlaneNode',
      progress: { done: 1, total: 3 },
      action: {
        kind: 'add-machines',
        orders: [{ index: 1, attempt: 1, zone: 'b', kind: 'join-control-plane' }],
      },
    });
  });

  test.each<[string, Part, string, RegExp]>([
    ['its node is not Ready', part(1, 'b', { ready: false }), 'WaitingForNodes', /node-cp11 to be Ready/],
    [
      'a static pod is not Ready',
      part(1, 'b', { pods: false }),
      'WaitingForControlPlane',
      /etcd of node-cp11/,
    ],
    ['it still learns', part(1, 'b', { member: { learner: true } }), 'WaitingForNodes', /node-cp11/],
    [
      'etcd calls it ill',
      part(1, 'b', { member: { healthy: false } }),
      'WaitingForEtcd',
      /voters: node-cp11/,
    ],
    [
      'the load balancer does not send to it',
      part(1, 'b', { target: 'starting' }),
      'WaitingForTarget',
      /node-cp11/,
    ],
  ])('[A238] the third waits for the second while %s', (_what, second, reason, message) => {
    const result = plan([part(0, 'a'), second], { wish: { size: 3 } });
    expect(result).toMatchObject({ next: 'wait', reason });
    expect(result.message).toMatch(message);
  });

  test('a machine that runs goes behind the load balancer at once', () => {
    const second = part(1, 'b', { ready: false, target: 'absent', member: 'absent', slot: young(1, 1) });
    expect(plan([part(0, 'a'), second], { wish: { size: 3 } })).toMatchObject({
      action: { kind: 'attach', machines: [{ id: 'i-cp11' }] },
    });
  });

  test('nothing joins before the first node is there', () => {
    expect(plan([], { wish: { size: 3 }, desired: { initialised: false } })).toMatchObject({
      next: 'wait',
      reason: 'WaitingForFirstNode',
    });
  });
});

describe('[A238] etcd of one member is saved before a second joins', () => {
  const only = part(0, 'a');
  const old = part(0, 'a', { machine: { revision: 'r0' } });
  const saving = {
    next: 'act',
    reason: 'SavingEtcd',
    message: 'Saving a snapshot of etcd on node node-cp01 before a second member joins.',
    action: { kind: 'save-etcd', via: 'node-cp01' },
  };
  const recorded = (result: ReturnType<typeof plan>) =>
    result.next === 'act' ? result.action.record.etcdSavedAt : undefined;

  test('whether it grows or its node is replaced', () => {
    expect(plan([only], { wish: { size: 3 } })).toMatchObject({
      ...saving,
      condition: 'AddingControlPlaneNode',
    });
    expect(plan([old])).toMatchObject({ ...saving, condition: 'ReplacingNode' });
  });

  test('once: then machines are launched, however many it takes', () => {
    const launched = plan([only], { wish: { size: 3 }, record: SAVED });
    expect(launched).toMatchObject({ action: { kind: 'add-machines' } });
    expect(recorded(launched)).toBe(SAVED.etcdSavedAt);
    const failing = { '0': slotFor(only.machine), '1': { attempt: 2, failures: 2, failedAt: ago(1) } };
    expect(plan([only], { wish: { size: 3 }, record: { ...SAVED, slots: failing } })).toMatchObject({
      action: { kind: 'add-machines', orders: [{ index: 1, attempt: 3 }] },
    });
  });

  test('not for one that is ill, and not for a machine that is not launched', () => {
    const ill = part(0, 'a', { member: { healthy: false } });
    expect(plan([ill], { wish: { size: 3 } })).toMatchObject({ next: 'wait', reason: 'WaitingForEtcd' });
    const slots = {
      '0': slotFor(only.machine),
      '1': { attempt: 3, failures: 3, failedAt: ago(1), failedRevision: 'r1' },
    };
    expect(plan([only], { wish: { size: 3 }, record: { slots } })).toMatchObject({
      next: 'blocked',
      reason: 'NodesKeepFailing',
    });
  });

  test('not when more than one know it', () => {
    const two = [only, part(1, 'b')];
    expect(plan(two, { wish: { size: 3 } })).toMatchObject({ action: { kind: 'add-machines' } });
  });

  test('again for the next growth: it is forgotten once a second node is there, or nobody wants one', () => {
    const two = [only, part(1, 'b')];
    expect(recorded(plan(two, { wish: { size: 3 }, record: SAVED }))).toBeUndefined();
    const joins = part(1, 'b', { ready: false, member: 'absent', target: 'absent', slot: young(1, 1) });
    expect(recorded(plan([only, joins], { wish: { size: 3 }, record: SAVED }))).toBe(SAVED.etcdSavedAt);
    const misplaced = part(0, 'a', { target: 'absent' });
    expect(recorded(plan([misplaced], { wish: { size: 1 }, record: SAVED }))).toBeUndefined();
  });
});

describe('what died', () => {
  const gone = aMachine({ pool: 'cp', index: 2, zone: 'c', state: 'gone' });
  const orphan = aMember('node-cp21', { healthy: false });

  test('the orphan in etcd goes before anything joins', () => {
    expect(plan(three.slice(0, 2), { wish: { size: 3 }, members: [orphan], gone: [gone] })).toMatchObject({
      action: { kind: 'remove-etcd-member', via: 'node-cp01', member: { name: 'node-cp21' } },
    });
  });

  test('whoever answers is no orphan, whatever it is called', () => {
    const healthy = aMember('node-of-another-name');
    expect(plan(three.slice(0, 2), { members: [healthy] })).toMatchObject({
      next: 'wait',
      reason: 'WaitingForEtcd',
    });
  });

  test('without a majority nothing is removed: people have to decide', () => {
    const result = plan([part(0, 'a')], { wish: { size: 2 }, members: [orphan], gone: [gone] });
    expect(result).toMatchObject({ next: 'blocked', reason: 'EtcdWithoutMajority' });
  });

  test('a member that has not started belongs to the machine that joins', () => {
    const unstarted = aMember('', { id: 'new', started: false, healthy: false });
    const joins = part(2, 'c', { ready: false, member: 'absent', slot: young(2, 2) });
    expect(plan([...three.slice(0, 2), joins], { members: [unstarted] }).next).toBe('act');
    expect(plan([...three.slice(0, 2), joins], { members: [unstarted] })).not.toMatchObject({
      action: { kind: 'remove-etcd-member' },
    });
    expect(plan(three.slice(0, 2), { members: [unstarted] })).toMatchObject({
      action: { kind: 'remove-etcd-member', member: { id: 'new' } },
    });
  });

  test('a learner that is stuck leaves etcd, then its machine ends', () => {
    const stuck = part(2, 'c', { member: { learner: true }, slot: { ...young(2, 25), joined: true } });
    expect(plan([...three.slice(0, 2), stuck])).toMatchObject({
      action: { kind: 'remove-etcd-member', member: { name: 'node-cp21' } },
    });
    const out = part(2, 'c', { ready: false, member: 'absent', slot: { ...young(2, 25), joined: true } });
    expect(plan([...three.slice(0, 2), out])).toMatchObject({ action: { kind: 'remove-stuck' } });
  });

  test('a target that its cloud forgot goes', () => {
    const result = planPool(
      aDesiredPool({
        pool: 'cp',
        role: 'control-plane',
        wish: aWish({ size: 1, labels: {} }),
        record: aPoolRecord({ slots: { '0': slotFor(three[0]?.machine ?? gone) } }),
      }),
      observedPool({
        machines: [...three.slice(0, 1).map(({ machine }) => machine), gone],
        controlPlane: {
          targets: new Map([
            ['i-cp01', 'healthy'],
            ['i-cp21', 'unhealthy'],
          ]),
          pods: [],
        },
      }),
      NOON_MS,
    );
    expect(result).toMatchObject({ action: { kind: 'detach', machines: [{ id: 'i-cp21' }] } });
  });

  test('no machine at all: nothing is initialised a second time', () => {
    expect(plan([], { wish: { size: 3 } })).toMatchObject({ next: 'blocked', reason: 'ControlPlaneLost' });
  });
});

describe('a node that stays bad', () => {
  const lost = (index: number, zone: string, fields: Partial<Part> = {}): Part => {
    const { machine: _, ...rest } = fields;
    const slot = slotFor(aMachine({ pool: 'cp', index, zone }), { unreadyAt: ago(6) });
    return part(index, zone, { ready: false, slot, ...rest });
  };
  const dead = { member: { healthy: false } } as const;
  const empty = (index: number) =>
    leavingOf(index, { because: 'NodeNotReady', podsGoneAt: ago(1), emptyAt: ago(1) });
  const drained = { action: { kind: 'drain', victims: [{ because: 'NodeNotReady', member: { index: 1 } }] } };
  const [first, , third] = [part(0, 'a', { member: { leader: true } }), part(1, 'b'), part(2, 'c')];

  test.each<[string, Part]>([
    ['whose member is dead, too', lost(1, 'b', dead)],
    ['whose member still works', lost(1, 'b')],
    ['whose member leads: nobody there could hand over', lost(1, 'b', { member: { leader: true } })],
  ])('goes first, one %s', (_what, bad) => {
    expect(plan([part(0, 'a'), bad, third])).toMatchObject({ reason: 'RemediatingNode', ...drained });
    expect(plan([part(0, 'a'), bad, third], { leaving: [empty(1)] })).toMatchObject({
      action: { kind: 'remove-etcd-member', via: 'node-cp01', member: { name: 'node-cp11' } },
    });
  });

  test('out of etcd its machine ends, and another joins', () => {
    const out = lost(1, 'b', { member: 'absent', target: 'absent' });
    const leaving = [{ ...empty(1), removedAt: ago(1) }];
    expect(plan([first, out, third], { leaving })).toMatchObject({
      action: { kind: 'end', victim: { because: 'NodeNotReady', member: { index: 1 } } },
    });
    expect(plan([first, third], { wish: { size: 3 } })).toMatchObject({ action: { kind: 'add-machines' } });
  });

  test('of five two may, one after the other', () => {
    const four = [first, lost(1, 'b', dead), third, lost(3, 'a', dead)];
    const five = [...four, part(4, 'b')];
    expect(plan(five)).toMatchObject(drained);
    expect(plan(five, { leaving: [empty(1)] })).toMatchObject({ action: { kind: 'remove-etcd-member' } });
    const rest = [first, third, lost(3, 'a', dead), part(4, 'b')];
    expect(plan(rest, { wish: { size: 5 } })).toMatchObject({
      action: { kind: 'drain', victims: [{ member: { index: 3 } }] },
    });
  });

  const QUORUM =
    'Node node-cp01 of the control plane is bad and stays: without it etcd would have no healthy majority.';

  test.each<[string, readonly Part[], string]>([
    ['is the only one', [lost(0, 'a')], QUORUM],
    ['is one of two', [lost(0, 'a'), part(1, 'b')], QUORUM],
    ['works, and another member is ill', [lost(0, 'a'), part(1, 'b', dead), third], QUORUM],
    [
      'is one of many that are bad',
      [lost(0, 'a'), lost(1, 'b'), third],
      'Too many nodes of pool cp are bad at once for their machines to be the reason: ' +
        'node-cp01, node-cp11. None is replaced until fewer are.',
    ],
  ])('stays when it %s', (_what, parts, message) => {
    expect(plan(parts)).toMatchObject({ next: 'blocked', reason: 'RemediationHeld', message });
  });

  test('stays while the control plane lacks another one: that one joins first, or nobody', () => {
    const result = plan([lost(1, 'b'), third], { wish: { size: 3 } });
    expect(result).toMatchObject({ next: 'wait', reason: 'WaitingForNodes' });
  });
});

describe('replacing', () => {
  const old = part(0, 'a', { machine: { revision: 'r0' } });
  const surged = [old, part(1, 'b'), part(2, 'c'), part(3, 'a')];
  const drained = [leavingOf(0, { podsGoneAt: ago(1), emptyAt: ago(1) })];

  test('[A245] adds the successor first, also to a single node', () => {
    expect(plan([old], { record: SAVED })).toMatchObject({
      action: { kind: 'add-machines', replaces: 'Outdated' },
    });
    expect(plan([old, part(1, 'b'), part(2, 'c')])).toMatchObject({
      condition: 'ReplacingNode',
      action: { kind: 'add-machines', orders: [{ index: 3, zone: 'a' }] },
    });
  });

  test('not while anything is ill', () => {
    const ill = part(2, 'c', { member: { healthy: false } });
    expect(plan([old, part(1, 'b'), ill])).toMatchObject({ next: 'wait', reason: 'WaitingForEtcd' });
  });

  test('step by step: leadership, pods, etcd, load balancer, machine', () => {
    const wish = { size: 3 };
    const leader = { ...old, member: { leader: true } };
    expect(plan([leader, ...surged.slice(1)], { wish })).toMatchObject({
      action: { kind: 'move-leader', via: 'node-cp01', to: { name: 'node-cp11' } },
    });
    expect(plan(surged, { wish })).toMatchObject({
      action: { kind: 'drain', victims: [{ member: { index: 0 } }] },
    });
    expect(plan(surged, { wish, leaving: drained })).toMatchObject({
      action: { kind: 'remove-etcd-member', via: 'node-cp11', member: { name: 'node-cp01' } },
    });
    const out = { ...old, member: 'absent' as const };
    const removed = [leavingOf(0, { emptyAt: ago(1), removedAt: ago(1) })];
    expect(
      plan([{ ...out, target: 'healthy' }, ...surged.slice(1)], { wish, leaving: removed }),
    ).toMatchObject({
      action: { kind: 'detach' },
    });
    expect(
      plan([{ ...out, target: 'leaving' }, ...surged.slice(1)], { wish, leaving: removed }),
    ).toMatchObject({
      next: 'wait',
      reason: 'DetachingTarget',
    });
    expect(
      plan([{ ...out, target: 'absent' }, ...surged.slice(1)], { wish, leaving: removed }),
    ).toMatchObject({
      action: { kind: 'end', victim: { because: 'Outdated', member: { index: 0 } } },
    });
  });

  test('a load balancer that drains for ever is not waited for', () => {
    const out = { ...old, member: 'absent' as const, target: 'leaving' as const };
    const removed = [leavingOf(0, { emptyAt: ago(9), removedAt: ago(7) })];
    expect(plan([out, ...surged.slice(1)], { wish: { size: 3 }, leaving: removed })).toMatchObject({
      action: { kind: 'end' },
    });
  });

  test('never at the price of the majority', () => {
    const ill = part(2, 'c', { member: { healthy: false } });
    expect(
      plan([old, part(1, 'b'), ill, part(3, 'a')], { wish: { size: 3 }, leaving: drained }),
    ).toMatchObject({
      next: 'blocked',
      reason: 'WouldBreakQuorum',
      message: 'Node node-cp01 stays: without it etcd would have no healthy majority.',
    });
  });

  test('after it left etcd it goes, even when the change was taken back', () => {
    const back = part(0, 'a', { member: 'absent', target: 'absent' });
    const removed = [leavingOf(0, { emptyAt: ago(1), removedAt: ago(1) })];
    expect(plan([back, part(1, 'b'), part(2, 'c')], { leaving: removed })).toMatchObject({
      action: { kind: 'end', victim: { member: { index: 0 } } },
    });
  });

  test('the same when the pass that took it out died before it wrote that down', () => {
    const back = part(0, 'a', { member: 'absent', target: 'absent' });
    expect(plan([back, part(1, 'b'), part(2, 'c')])).toMatchObject({
      action: { kind: 'drain', victims: [{ because: 'NotInEtcd', member: { index: 0 } }] },
    });
  });

  test('a change that is taken back when both are there costs the one that drains, or the newest', () => {
    const wish = { size: 3 };
    const newest = part(3, 'a', { machine: { launchedAt: ago(10) } });
    const four = [part(0, 'a'), part(1, 'b'), part(2, 'c'), newest];
    expect(plan(four, { wish, leaving: [leavingOf(0)] })).toMatchObject({
      action: { kind: 'drain', victims: [{ because: 'TooMany', member: { index: 0 } }] },
    });
    expect(plan(four, { wish })).toMatchObject({
      action: { kind: 'drain', victims: [{ because: 'TooMany', member: { index: 3 } }] },
    });
  });

  test('a change that is taken back before the successor is there opens the node that drained', () => {
    const same = [part(0, 'a'), part(1, 'b'), part(2, 'c')];
    expect(plan(same, { leaving: [leavingOf(0)] })).toMatchObject({
      action: { kind: 'open', nodes: [{ index: 0 }] },
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { NOON_MS } from '../../../test/builders/cluster.ts';
import { aDesiredPool, aMachine, aPoolRecord, nodeFor, slotFor } from '../../../test/builders/machines.ts';
import { FakeControlPlane } from '../../../test/fakes/fake-control-plane.ts';
import { ok } from '../../domain/errors.ts';
import { toInstant } from '../../domain/time.ts';
import type { Member, Victim } from '../plan/model.ts';
import type { Machine, MachineContext } from '../port.ts';
import type { Leaving } from '../record.ts';
import { drainVictims } from './drain.ts';

const NOON = '2026-11-20T12:00:00.000Z';
const ago = (minutes: number): string => toInstant(NOON_MS - minutes * 60_000);

function setUp(indices: readonly number[] = [0]) {
  const cluster = new FakeControlPlane();
  cluster.init('cp');
  const ended: string[] = [];
  const members = indices.map((index): Member => {
    const machine = aMachine({ index });
    const node = nodeFor(machine);
    cluster.addNode(node.name, node, 1);
    const { pool, attempt, id, zone, revision, capacity } = machine;
    const slot = slotFor(machine);
    return {
      pool,
      index,
      attempt,
      id,
      zone,
      revision,
      capacity,
      state: 'ready',
      slot,
      machine,
      node,
      ageMs: 0,
    };
  });
  const ctx = {
    now: () => NOON_MS,
    workload: async () => ok(cluster),
    machines: {
      terminate: async (machines: readonly Machine[]) => {
        ended.push(...machines.map(({ id }) => id));
        return ok(undefined);
      },
    },
  } as unknown as MachineContext;
  const look = (
    leaving: Leaving[] = [],
    fields: Partial<Victim> = {},
    role: 'worker' | 'control-plane' = 'worker',
  ) => {
    const victims = members.map((member): Victim => {
      return {
        member,
        because: 'Outdated',
        drain: { timeoutMs: 600_000, onBlocked: 'wait' },
        hasty: false,
        ...fields,
      };
    });
    const action = { kind: 'drain', record: aPoolRecord({ leaving }), victims } as const;
    return drainVictims(ctx, aDesiredPool({ role }), action);
  };
  return { cluster, ended, look };
}

const begun = (fields: Partial<Leaving> = {}): Leaving[] => [
  { index: 0, attempt: 1, because: 'Outdated', since: ago(1), budgets: [], lookedAt: ago(1), ...fields },
];

describe('a machine that has to leave', () => {
  test('first its pods are asked to go, and that is written down', async () => {
    const { look, ended } = setUp();
    expect(await look()).toMatchObject({
      value: {
        event: 'Asked the pods of node node-w01 to leave',
        node: 'node-w01',
        outputs: { leaving: [{ index: 0, because: 'Outdated', since: NOON, budgets: [], lookedAt: NOON }] },
      },
    });
    expect(ended).toEqual([]);
  });

  test('once they are gone it ends', async () => {
    const { look, ended } = setUp();
    await look();
    expect(await look(begun())).toMatchObject({
      value: { event: 'Ended machine of node node-w01 (Outdated)' },
    });
    expect(ended).toEqual(['i-w01']);
  });

  test('the budget that holds it is kept for people', async () => {
    const { look, cluster } = setUp();
    cluster.block('node-w01', 'shop/web');
    expect(await look()).toMatchObject({ value: { outputs: { leaving: [{ budgets: ['shop/web'] }] } } });
  });

  test.each<[string, Leaving[], readonly string[]]>([
    ['are waited for', begun({ podsGoneAt: ago(9) }), []],
    ['are not waited for for ever', begun({ podsGoneAt: ago(10) }), ['i-w01']],
  ])('volumes that are still attached %s', async (_what, leaving, expected) => {
    const { look, cluster, ended } = setUp();
    cluster.attachVolumes('node-w01', 'pvc-1');
    await look(leaving);
    expect(ended).toEqual(expected);
  });

  test('taken back by the cloud: neither budgets nor volumes count', async () => {
    const { look, cluster, ended } = setUp();
    cluster.block('node-w01', 'shop/web');
    cluster.attachVolumes('node-w01', 'pvc-1');
    const hurry = {
      hasty: true,
      because: 'Interrupted',
      drain: { timeoutMs: 90_000, onBlocked: 'skip' },
    } as const;
    expect(await look([], hurry)).toMatchObject({ value: { lookAfterMs: 0 } });
    await look(begun({ because: 'Interrupted' }), hurry);
    expect(ended).toEqual(['i-w01']);
  });

  test('a control-plane machine is only emptied: etcd comes before its end', async () => {
    const { look, ended } = setUp();
    await look([], {}, 'control-plane');
    expect(await look(begun(), {}, 'control-plane')).toMatchObject({
      value: { outputs: { leaving: [{ emptyAt: NOON }] } },
    });
    expect(ended).toEqual([]);
  });

  test('several at once: each is looked at', async () => {
    const { look, ended } = setUp([0, 1, 2]);
    expect(await look()).toMatchObject({
      value: { event: 'Asked the pods of node node-w01, node-w11, node-w21 to leave' },
    });
    await look([0, 1, 2].flatMap((index) => begun({ index })));
    expect(ended).toEqual(['i-w01', 'i-w11', 'i-w21']);
  });
});

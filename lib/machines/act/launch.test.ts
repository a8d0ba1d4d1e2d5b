import { describe, expect, test } from '@jest/globals';
import { NOON_MS } from '../../../test/builders/cluster.ts';
import { aDesiredPool, aMachine, aPoolRecord } from '../../../test/builders/machines.ts';
import { type CloudError, fail, ok, type Result } from '../../domain/errors.ts';
import type { Acted } from '../../domain/plan.ts';
import type { LaunchOrder, PoolDesired } from '../plan/model.ts';
import type { Machine, MachineContext, MachineOrder } from '../port.ts';
import type { Because } from '../record.ts';
import { launchMachines } from './launch.ts';

const NOON = '2026-11-20T12:00:00.000Z';

const order = (index: number, fields: Partial<LaunchOrder> = {}): LaunchOrder => ({
  pool: 'w',
  index,
  attempt: 1,
  kind: 'join-worker',
  zone: 'a',
  capacity: 'on-demand',
  otherZones: 0,
  ...fields,
});

const refusal = (code: CloudError['code']): CloudError => ({
  code,
  message: `${code}: said EC2`,
  source: 'aws:test',
});

interface Launching {
  readonly orders?: readonly LaunchOrder[];
  readonly replaces?: Because;
  readonly desired?: Partial<PoolDesired>;
}

/** `answers`: what the cloud says, order by order; a machine unless it refuses. */
async function launch(
  answers: readonly (CloudError | Partial<Machine>)[],
  { orders, replaces, desired }: Launching = {},
) {
  const sent: MachineOrder[] = [];
  const prepared: unknown[] = [];
  const ctx = {
    now: () => NOON_MS,
    boot: {
      prepare: async (wanted: unknown) => {
        prepared.push(wanted);
        return ok('#cloud-config');
      },
    },
    machines: {
      launch: async (wanted: MachineOrder): Promise<Result<Machine>> => {
        const answer = answers[sent.push(wanted) - 1] ?? {};
        if ('code' in answer) return fail(answer);
        const { pool, index, attempt, zone, capacity } = wanted;
        return ok(aMachine({ pool, index, attempt, zone, capacity, ...answer }));
      },
    },
  } as unknown as MachineContext;
  const record = aPoolRecord();
  const action = {
    kind: 'add-machines',
    record,
    orders: orders ?? answers.map((_answer, index) => order(index)),
    ...(replaces === undefined ? {} : { replaces }),
  } as const;
  const result = await launchMachines(ctx, aDesiredPool(desired), action);
  return { result, sent, prepared, acted: result.ok ? result.value : undefined };
}

const slotOf = (acted: Acted | undefined, index: number): unknown =>
  (acted?.outputs?.slots as Record<string, unknown> | undefined)?.[String(index)];

describe('a launch', () => {
  test('gives the machine what it needs to join, and is written down', async () => {
    const { acted, sent, prepared } = await launch([{}], {
      orders: [order(0, { capacity: 'spot', maxPriceUsd: '0.0500' })],
    });
    expect(prepared).toEqual([
      {
        pool: 'w',
        index: 0,
        attempt: 1,
        kind: 'join-worker',
        endpoint: 'api.shop.example:6443',
        kubernetesVersion: 'v1.33.2',
        podCidr: '192.168.0.0/16',
        serviceCidr: '10.96.0.0/12',
        labels: { 'slipway.io/pool': 'w' },
        taints: [],
      },
    ]);
    expect(sent).toEqual([
      {
        pool: 'w',
        index: 0,
        attempt: 1,
        revision: 'r1',
        zone: 'a',
        capacity: 'spot',
        maxPriceUsd: '0.0500',
        template: { instanceType: 'm5.large' },
        userData: '#cloud-config',
      },
    ]);
    expect(acted).toMatchObject({
      event: 'Launched spot machine shop-w-0-1 of pool w in a',
      node: 'node-w01',
    });
    expect(slotOf(acted, 0)).toEqual({
      attempt: 1,
      id: 'i-w01',
      zone: 'a',
      revision: 'r1',
      capacity: 'spot',
      launchedAt: NOON,
    });
  });

  test('what was launched counts, whatever became of the others', async () => {
    const { acted } = await launch([{}, refusal('QuotaExceeded'), {}]);
    expect(acted).toMatchObject({ event: 'Launched 2 machines of pool w in a', lookAfterMs: 1_000 });
    expect(slotOf(acted, 1)).toEqual({ attempt: 0 });
  });

  test('a machine of an earlier life of the pool spends the token', async () => {
    const { acted } = await launch([{ state: 'gone' }]);
    expect(slotOf(acted, 0)).toEqual({ attempt: 1, owes: [1] });
  });

  test('a token that is known with other parameters is looked for', async () => {
    const { acted } = await launch([refusal('Conflict')]);
    expect(acted).toMatchObject({ lookAfterMs: 10_000 });
    expect(slotOf(acted, 0)).toEqual({ attempt: 0, conflictAt: NOON });
  });

  test('before the network is there nothing is sent', async () => {
    const { boot } = aDesiredPool();
    const { template: _later, ...early } = boot;
    const { result, sent } = await launch([{}], { desired: { boot: early } });
    expect(result).toMatchObject({ ok: false, error: { code: 'NotFound' } });
    expect(sent).toEqual([]);
  });
});

describe('no room', () => {
  test('the next zone is tried under another token', async () => {
    const { acted } = await launch([refusal('CapacityUnavailable')], {
      orders: [order(0, { otherZones: 1 })],
    });
    expect(acted?.event).toBe('No room for m5.large in a; trying another zone for pool w');
    expect(slotOf(acted, 0)).toEqual({ attempt: 1, full: { zones: ['a'], at: NOON }, owes: [1] });
  });

  test.each(['CapacityUnavailable', 'QuotaExceeded', 'InvalidRequest'] as const)(
    '%s everywhere is shown',
    async (code) => {
      expect((await launch([refusal(code)])).result).toEqual(fail(refusal(code)));
    },
  );

  test.each<[Because, 'CapacityUnavailable' | 'QuotaExceeded', string]>([
    ['Outdated', 'QuotaExceeded', 'so an old one goes first'],
    ['ZoneRemoved', 'CapacityUnavailable', 'so an old one goes first'],
    ['Rebalance', 'CapacityUnavailable', 'so it stays'],
    ['BackToSpot', 'CapacityUnavailable', 'so it stays'],
  ])('[A247] for a replacement (%s, %s): %s', async (replaces, code, words) => {
    const { acted } = await launch([refusal(code)], { replaces });
    expect(acted?.event).toContain(words);
    expect(acted?.outputs).toMatchObject({ noRoomFor: 'r1/on-demand/a/b/c', noRoomAt: NOON });
  });

  test.each<[string, Launching]>([
    ['between spot and on-demand, which do not share their room', { replaces: 'CapacityChanged' }],
    [
      'in the control plane, which never has fewer',
      { replaces: 'Outdated', desired: { role: 'control-plane' } },
    ],
  ])('an old one does not go first %s', async (_what, parts) => {
    expect((await launch([refusal('QuotaExceeded')], parts)).result.ok).toBe(false);
  });
});

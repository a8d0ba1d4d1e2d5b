import { beforeEach, describe, expect, test } from '@jest/globals';
import { anAccount, storeAccount } from '../../test/builders/account.ts';
import { anAwsSpec } from '../../test/builders/aws.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import type { Announcement } from '../clouds/port.ts';
import { reserveName } from '../clusters/directory.ts';
import type { ClusterDocument, MachineNotice } from '../domain/cluster.ts';
import { fail, ok } from '../domain/errors.ts';
import { type PassDeps, passDeps } from '../reconcile/engine.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { drainCloudEvents } from './drain.ts';

const MACHINE = 'i-0123456789abcdef0';
const warning: MachineNotice = {
  kind: 'interruption',
  at: '2026-11-20T12:00:00.000Z',
  message: 'EC2 takes it back',
};
let world: TestDeps;
let deps: PassDeps;
let cluster: ClusterDocument;
/** What is in the queue: a batch is all of it until its receipts are taken away. */
let queue: Announcement[];

beforeEach(async () => {
  world = someDeps();
  deps = passDeps(world);
  cluster = aCluster({ spec: anAwsSpec() });
  queue = [];
  await storeAccount(world, anAccount({ name: 'aws-demo', accountType: 'aws' }));
  await reserveName(world, cluster);
  await world.store.create(clusterAddress(cluster.id), cluster);
  world.probe.announcements = {
    receive: async () => ok([...queue]),
    remove: async (_access, _region, _guard, receipts) => {
      queue = queue.filter(({ receipt }) => !receipts.includes(receipt));
      return ok(undefined);
    },
  };
});

const said = (notice: Partial<MachineNotice> = {}, receipt = 'r1'): Announcement => ({
  receipt,
  kind: 'notice',
  machineId: MACHINE,
  clusterUid: cluster.id,
  notice: { ...warning, ...notice },
});
const stored = async () =>
  (await world.store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id))?.document;

describe('an interruption warning', () => {
  test('wakes its cluster, which knows of it then', async () => {
    queue = [said()];
    await drainCloudEvents(deps);
    const after = await stored();
    expect(after?.notices).toEqual({ [MACHINE]: warning });
    expect(after?.wake).toBe(cluster.wake + 1);
    expect(after?.generation).toBe(cluster.generation);
    expect(queue).toEqual([]);
  });

  test('that comes twice changes nothing the second time', async () => {
    queue = [said(), said({}, 'r2')];
    await drainCloudEvents(deps);
    queue = [said({}, 'r3')];
    await drainCloudEvents(deps);
    expect((await stored())?.wake).toBe(cluster.wake + 1);
    expect(queue).toEqual([]);
  });

  test('is not forgotten over a later recommendation', async () => {
    queue = [said(), said({ kind: 'rebalance', at: '2026-11-20T12:01:00.000Z' }, 'r2')];
    await drainCloudEvents(deps);
    expect((await stored())?.notices?.[MACHINE]?.kind).toBe('interruption');
  });
});

test('what cannot be read is logged and taken away, so that it does not come for ever', async () => {
  const warnings: string[] = [];
  queue = [
    { receipt: 'r1', kind: 'unreadable', what: '{"x":1' },
    { receipt: 'r2', kind: 'nothing' },
  ];
  await drainCloudEvents({ ...deps, logger: { ...deps.logger, warn: (message) => warnings.push(message) } });
  expect(warnings).toEqual(['Dropped a cloud event that cannot be read']);
  expect(queue).toEqual([]);
});

test('a cluster that is gone needs no news', async () => {
  queue = [{ ...said(), clusterUid: '00000000-0000-4000-8000-00000000dead' } as Announcement];
  await drainCloudEvents(deps);
  expect(queue).toEqual([]);
});

test('a queue out of reach is left for the next time', async () => {
  world.probe.announcements = {
    receive: async () => fail({ code: 'Unavailable', message: 'no', source: 'test' }),
    remove: async () => ok(undefined),
  };
  expect(await drainCloudEvents(deps)).toBe(0);
});

import { expect, test } from '@jest/globals';
import { stateOf } from '../../lib/domain/cluster-state.ts';
import { fail, ok } from '../../lib/domain/errors.ts';
import { act, done, wait } from '../../lib/domain/plan.ts';
import { tasksOf, why } from '../../lib/reconcile/status.ts';
import { refusal, ScriptedCloud } from '../fakes/scripted-cloud.ts';
import { tell } from './pass-fixture.ts';

const QUOTA = refusal('QuotaExceeded', 'ErrCode_InsufficientVCPUQuota: limit 10, needed 12', {
  hint: 'Ask for more.',
});

test('[A84, A89, A90, A91, A92] a quota that is too small fails the condition, not the cluster, until it is raised', async () => {
  const cloud = new ScriptedCloud(
    {
      name: 'cluster',
      plans: [
        act('put', 'ClusterMissing'),
        act('put', 'ClusterMissing'),
        wait(60_000, 'Creating'),
        done('Ready'),
      ],
      acts: [fail(QUOTA), ok({ event: 'Asked for the cluster' })],
    },
    { name: 'nodes', condition: 'AddingWorkerNode', after: ['cluster'], plans: [done('NodesReady')] },
  );
  const story = await tell(cloud);

  const failed = await story.next();
  expect(stateOf(failed)).toBe('Provisioning');
  expect(failed.conditions.find((one) => one.type === 'CreatingInfrastructure')).toMatchObject({
    status: 'Failed',
    reason: 'QuotaExceeded',
    message: 'ErrCode_InsufficientVCPUQuota: limit 10, needed 12 Ask for more.',
    attempts: 1,
    nextAttemptAt: '2026-11-20T12:02:00.000Z',
  });
  expect(await story.condition('AddingWorkerNode')).toBe('Pending WaitingForPredecessors');

  await story.next();
  expect(await story.condition('CreatingInfrastructure')).toBe('Active ClusterMissing');
  await story.next();
  const running = await story.next();
  expect(stateOf(running)).toBe('Running');
  expect(await story.condition('CreatingInfrastructure')).toBe('Succeeded Ready');
  expect(why(running)).toBe('Everything is as asked for.');
  expect(await story.events()).toEqual([
    'Warning QuotaExceeded x1 (infrastructure): ErrCode_InsufficientVCPUQuota: limit 10, needed 12',
    'Normal Resolved x1 (transient): Title of cluster: QuotaExceeded cleared',
    'Normal ClusterMissing x1 (transient): Asked for the cluster',
    'Normal MilestoneReached x1 (transient): Creating Infrastructure succeeded',
    'Normal MilestoneReached x1 (transient): Adding Worker Node succeeded',
  ]);
});

test('[A95, A96] a short outage is a wait, one that stays is a failure, and its repeats are one event', async () => {
  const story = await tell(
    new ScriptedCloud({ name: 'cluster', plans: [refusal('Unavailable', 'ServerBusy: try later')] }),
  );

  await story.next();
  expect(await story.condition('CreatingInfrastructure')).toBe('Active Unavailable');
  await story.next();
  await story.next();
  expect(await story.condition('CreatingInfrastructure')).toBe('Failed Unavailable');
  await story.next();
  await story.next();
  expect(await story.events()).toEqual(['Warning Unavailable x5 (persistent): ServerBusy: try later']);
});

test('throttling and conflicts are waits, whatever their number', async () => {
  const story = await tell(
    new ScriptedCloud({
      name: 'cluster',
      plans: [refusal('Throttled', 'TooManyRequests', { retryAfterMs: 90_000 }), refusal('Conflict', 'busy')],
    }),
  );

  const throttled = await story.next();
  expect(throttled.nextAttemptAt).toBe('2026-11-20T12:01:30.000Z');
  for (let pass = 0; pass < 10; pass += 1) await story.next();
  expect(await story.condition('CreatingInfrastructure')).toBe('Active Conflict');
});

test('[A94] work that does not move is reported once', async () => {
  const story = await tell(new ScriptedCloud({ name: 'cluster', plans: [wait(600_000, 'Creating')] }));

  for (let pass = 0; pass < 6; pass += 1) await story.next();
  expect(await story.events()).toEqual([
    'Warning StalledOperation x1 (persistent): Title of cluster: no progress for a long time (Creating)',
  ]);
  const bodies = story.deps.queue.published.map(({ body }) => Object(body));
  expect(bodies.filter(({ type }) => type === 'slipway.operation.stalled')).toEqual([
    expect.objectContaining({
      source: '/projects/default/clusters/shop',
      data: expect.objectContaining({
        cluster: 'shop',
        task: 'cluster',
        reason: 'Creating',
        since: '2026-11-20T12:00:00.000Z',
      }),
    }),
  ]);
});

test('[A14] the tasks show state, start, duration, attempts, last error and progress', async () => {
  const cloud = new ScriptedCloud(
    { name: 'one', plans: [done('Ready')] },
    {
      name: 'two',
      after: ['one'],
      plans: [wait(30_000, 'Scaling', { progress: { done: 1, total: 3 } }), QUOTA],
    },
    { name: 'three', after: ['two'], plans: [done('Ready')] },
  );
  const story = await tell(cloud);
  await story.next();

  const [one, two, three] = tasksOf((await story.read()) ?? fault(), Date.UTC(2026, 10, 20, 12, 0, 10));
  expect(one).toMatchObject({ state: 'Succeeded', startedAt: '2026-11-20T12:00:00.000Z', durationMs: 0 });
  expect(two).toMatchObject({
    state: 'Active',
    durationMs: 10_000,
    progress: { done: 1, total: 3 },
    attempts: 0,
  });
  expect(three).toMatchObject({ state: 'Pending' });

  const [, failed] = tasksOf(await story.next(), 0);
  expect(failed).toMatchObject({
    state: 'Failed',
    attempts: 1,
    lastError: `QuotaExceeded: ${QUOTA.message}`,
  });
});

test('[A16] a cloud account that is gone fails the first steps with what to do, and nothing is asked of the cloud', async () => {
  const cloud = new ScriptedCloud({ name: 'cluster', plans: [done('Ready')] });
  const story = await tell(cloud);
  await story.deps.secrets.delete('account-of-azure-demo');

  await story.next();
  expect(await story.condition('CreatingInfrastructure')).toBe('Failed Unauthorized');
  expect(cloud.looks).toEqual([]);
});

function fault(): never {
  throw new Error('no cluster');
}

import { beforeEach, describe, expect, test } from '@jest/globals';
import { aClusterInput, aPoolInput } from '../../test/builders/cluster-input.ts';
import type { TestDeps } from '../../test/builders/deps.ts';
import { aReadyProject } from '../../test/builders/project.ts';
import { readAudit } from '../audit/record.ts';
import { findCluster } from '../clusters/read.ts';
import type { DeadLetter } from '../queue/dead-letters.ts';
import { handleRequest, type RequestsDeps, TryAgainError } from './handle.ts';

type World = TestDeps & RequestsDeps & { readonly dead: DeadLetter[] };

async function aWorld(): Promise<World> {
  const ready = await aReadyProject();
  const config = { ...ready.config, requestsProjects: ['default'], replyQueues: ['answers'] };
  const dead: DeadLetter[] = [];
  return { ...ready, config, dead, deadLetters: { deadLetter: async (letter) => void dead.push(letter) } };
}

let world: World;
let count = 0;
beforeEach(async () => {
  world = await aWorld();
});

const envelope = { project: 'default', cluster: 'shop' };
const send = (body: unknown, messageId = `m-${++count}`) =>
  handleRequest(world, { body, messageId, lockToken: `lock-${messageId}` });
const create = (messageId?: string) =>
  send({ ...envelope, type: 'cluster.create', body: aClusterInput(), replyTo: 'answers' }, messageId);
const shop = () => findCluster(world, 'default', 'shop');

describe('commands', () => {
  test('a cluster is created, audited and answered to the queue that was named', async () => {
    await create();
    expect((await shop())?.createdBy).toBe('service:requests');
    expect(world.queue.replies).toMatchObject([
      {
        queue: 'answers',
        message: { contentType: 'application/json', body: { name: 'shop', generation: 1 } },
      },
    ]);
    expect(await readAudit(world, 'default', { limit: 10 })).toMatchObject([
      { who: 'service:requests', what: 'cluster.create', status: 202, generationAfter: 1 },
    ]);
    expect(world.dead).toEqual([]);
  });

  test('every other command reaches the cluster', async () => {
    await create();
    await send({ ...envelope, type: 'cluster.patch', body: { description: 'the shop' } });
    await send({ ...envelope, type: 'pool.create', body: aPoolInput({ name: 'work', system: false }) });
    await send({ ...envelope, type: 'pool.patch', pool: 'work', body: { size: 5 } });
    expect((await shop())?.spec).toMatchObject({
      description: 'the shop',
      pools: [{}, { name: 'work', size: 5 }],
    });
    await send({ ...envelope, type: 'pool.delete', pool: 'work' });
    await send({ ...envelope, type: 'cluster.reconcile' });
    expect(await shop()).toMatchObject({ generation: 5, wake: 6, spec: { pools: [{ name: 'system' }] } });
    await send({ ...envelope, type: 'cluster.delete' });
    expect((await shop())?.deletedAt).toBe('2026-11-20T12:00:00.000Z');
    expect(world.dead).toEqual([]);
  });

  test('a command about a pool is answered with the pool', async () => {
    await create();
    const about = { ...envelope, replyTo: 'answers' };
    await send({ ...about, type: 'pool.create', body: aPoolInput({ name: 'work', system: false }) });
    await send({ ...about, type: 'pool.patch', pool: 'work', body: { size: 5 } });
    await send({ ...about, type: 'pool.delete', pool: 'work' });
    expect(world.queue.replies.slice(1)).toMatchObject([
      { message: { body: { name: 'work', size: 3, generation: 2 } } },
      { message: { body: { name: 'work', size: 5, generation: 3 } } },
      { message: { body: { name: 'work', size: 5, generation: 4 } } },
    ]);
  });

  test('a message that is delivered twice is carried out once', async () => {
    await create('same');
    await create('same');
    expect((await shop())?.generation).toBe(1);
    expect(world.dead).toEqual([]);
    expect((await readAudit(world, 'default', { limit: 10 })).length).toBe(1);
  });

  test('answers go to no queue that the settings do not name', async () => {
    await send({ ...envelope, type: 'cluster.reconcile', replyTo: 'reconcile' });
    expect(world.queue.replies).toEqual([]);
  });
});

describe('dead letters', () => {
  test('a broken rule is the reason, the whole problem the description', async () => {
    await send({
      ...envelope,
      type: 'cluster.create',
      body: aClusterInput({ pools: [] }),
      replyTo: 'answers',
    });
    expect(world.dead).toMatchObject([{ queue: 'requests', reason: 'POOL_REQUIRED' }]);
    const problem = JSON.parse(world.dead[0]?.description ?? '');
    expect(problem).toMatchObject({ status: 422, errors: [{ path: '/pools', code: 'POOL_REQUIRED' }] });
    expect(world.queue.replies).toMatchObject([
      { message: { contentType: 'application/problem+json', body: { code: 'POOL_REQUIRED' } } },
    ]);
    expect(await shop()).toBeUndefined();
  });

  test('what is no request at all', async () => {
    for (const body of ['text', { type: 'cluster.explode', ...envelope }, { type: 'cluster.delete' }]) {
      await send(body);
    }
    expect(world.dead.map(({ reason }) => reason)).toEqual([
      'TYPE_INVALID',
      'VALUE_INVALID',
      'VALIDATION_FAILED',
    ]);
  });

  test('a project that is not in the setting does not exist for it', async () => {
    world = { ...world, config: { ...world.config, requestsProjects: [] } };
    await create();
    expect(world.dead).toMatchObject([{ reason: 'PROJECT_NOT_FOUND' }]);
    expect(await shop()).toBeUndefined();
  });

  test('what is not there has the codes that HTTP has', async () => {
    await send({ ...envelope, type: 'pool.patch', pool: 'none', body: { size: 1 } });
    await create();
    await send({ ...envelope, type: 'cluster.delete' });
    await send({ ...envelope, type: 'pool.patch', pool: 'none', body: { size: 1 } });
    await send({ ...envelope, type: 'pool.patch', pool: 'system', body: { size: 1 } });
    expect(world.dead.map(({ reason }) => reason)).toEqual([
      'CLUSTER_NOT_FOUND',
      'POOL_NOT_FOUND',
      'CLUSTER_DELETING',
    ]);
  });

  test('a dead-lettering that failed is done again, with the same problem', async () => {
    const deadLetters = world.deadLetters;
    const broken = async () => {
      throw new TryAgainError('no broker');
    };
    const bad = { ...envelope, type: 'pool.delete', pool: 'none' };
    world = { ...world, deadLetters: { deadLetter: broken } };
    await expect(send(bad, 'again')).rejects.toThrow('no broker');
    world = { ...world, deadLetters };
    await send(bad, 'again');
    expect(world.dead).toMatchObject([{ reason: 'CLUSTER_NOT_FOUND' }]);
  });
});

test('an outage gives the message back and keeps nothing of the try', async () => {
  const working = world.store;
  const read = working.read.bind(working);
  let down = true;
  world.store.read = async (at, id) => {
    if (down && at.container === 'directory') throw new TryAgainError('the store is away');
    return read(at, id);
  };
  await expect(create('retried')).rejects.toThrow('the store is away');
  down = false;
  await create('retried');
  expect((await shop())?.generation).toBe(1);
});

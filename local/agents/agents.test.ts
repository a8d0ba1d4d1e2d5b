import { expect, test } from '@jest/globals';
import type { RunningPod } from '../kube/running-pods.ts';
import { localAgents } from './agents.ts';

interface Life {
  readonly pod: string;
  readonly signal: AbortSignal;
  end(error?: Error): void;
}

const aPod = (uid: string): RunningPod => ({
  uid,
  name: `slipway-agent-${uid}`,
  serviceAccount: 'slipway-agent',
  environment: {},
  read: () => undefined,
});

/** Clusters with the uids of their agents' pods. */
function aWorld(clusters: Record<string, readonly string[]>) {
  const lives: Life[] = [];
  const crashes: unknown[] = [];
  const stopped = new Set<string>();
  let nowMs = 0;
  const agents = localAgents({
    habitat: {
      clusterIds: () => Object.keys(clusters),
      agentPods: (id) => (clusters[id] ?? []).map(aPod),
      isStopped: (id) => stopped.has(id),
    },
    run: (_cluster, pod, signal) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve());
        lives.push({ pod: pod.uid, signal, end });
      }),
    now: () => nowMs,
    crashed: (cluster, error) => crashes.push([cluster, error]),
  });
  return {
    agents,
    lives,
    crashes,
    stopped,
    clusters,
    advance(ms: number) {
      nowMs += ms;
    },
    running: () => lives.filter(({ signal }) => !signal.aborted).map(({ pod }) => pod),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('every pod runs one agent, until the pod is gone', async () => {
  const world = aWorld({ shop: ['a'], market: ['b'] });
  world.agents.look();
  world.agents.look();
  expect(world.running()).toEqual(['a', 'b']);
  world.clusters.shop = [];
  delete world.clusters.market;
  world.agents.look();
  expect(world.running()).toEqual([]);
});

test('a fault stops it, and it starts again when the fault ends and the former one has ended', async () => {
  const world = aWorld({ shop: ['a'] });
  world.agents.look();
  world.stopped.add('shop');
  world.agents.look();
  expect(world.running()).toEqual([]);
  world.stopped.clear();
  world.agents.look();
  expect(world.running()).toEqual([]);
  world.lives[0]?.end();
  await settled();
  world.agents.look();
  expect(world.running()).toEqual(['a']);
  expect(world.crashes).toEqual([]);
});

test('one that crashes is told of and starts again after a while', async () => {
  const world = aWorld({ shop: ['a'] });
  world.agents.look();
  const error = new Error('no settings');
  world.lives[0]?.end(error);
  await settled();
  expect(world.crashes).toEqual([['shop', error]]);
  world.agents.look();
  expect(world.lives).toHaveLength(1);
  world.advance(10_000);
  world.agents.look();
  expect(world.lives).toHaveLength(2);
});

test('all are waited for at the end, and none starts afterwards', async () => {
  const world = aWorld({ shop: ['a', 'b'] });
  world.agents.look();
  const stopping = world.agents.stop();
  expect(world.running()).toEqual([]);
  for (const life of world.lives) life.end();
  await stopping;
  world.agents.look();
  expect(world.lives).toHaveLength(2);
});

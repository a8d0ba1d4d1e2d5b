import { beforeEach, describe, expect, test } from '@jest/globals';
import { aCluster, NOON_MS } from '../../test/builders/cluster.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { aNode, aReport, beats, enlisted } from '../../test/builders/health.ts';
import { changeRosterEntry, removeRosterEntry } from '../agents/roster.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { asClusterId } from '../domain/ids.ts';
import { putSettings } from '../projects/settings.ts';
import { QueueUnavailableError } from '../queue/port.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { readHealth } from './document.ts';
import { dueReminders } from './due.ts';
import { judgeReport } from './judge.ts';
import { setThresholds } from './set-thresholds.ts';
import { type Swept, sweepHealth } from './sweep.ts';

const MINUTE = 60_000;
const PERIOD = { periodMs: MINUTE, isPastDue: false };
let deps: TestDeps;
/** Minutes since noon. */
let minute: number;
/** Of the beats at noon. */
let seqFrom: number;

beforeEach(() => {
  const { config } = someDeps();
  deps = someDeps({ agents: { ...config.agents, shards: 1 } });
  minute = 0;
  seqFrom = 0;
});

async function clusters(count: number): Promise<readonly ClusterDocument[]> {
  const made = Array.from({ length: count }, (_, index) => {
    const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return aCluster({ id: asClusterId(uid), name: `c${index}` });
  });
  for (const cluster of made) {
    await deps.store.create(clusterAddress(cluster.id), cluster);
    await enlisted(deps, cluster);
    await judgeReport(deps, aReport(cluster, { nodes: [aNode('n1')] }));
  }
  return made;
}

/** One minute more: these beat in it, and the sweep runs at its end. */
async function tick(alive: readonly ClusterDocument[] = [], options = PERIOD): Promise<Swept | undefined> {
  minute += 1;
  deps.time.nowMs = NOON_MS + minute * MINUTE;
  const atMs = deps.time.nowMs - MINUTE / 2;
  if (alive.length > 0)
    await beats(deps, { atMs, seq: seqFrom + minute, clusters: alive.map(({ id }) => id) });
  return sweepHealth(deps, options);
}

async function ticks(count: number, alive: readonly ClusterDocument[] = []): Promise<void> {
  for (let done = 0; done < count; done += 1) await tick(alive);
}

async function verdict(cluster: ClusterDocument | undefined) {
  if (!cluster) throw new Error('no such cluster');
  const health = (await readHealth(deps, cluster.id))?.document.health;
  const [reason] = health?.reasons ?? [];
  return reason ? `${health?.status} ${reason.code}` : health?.status;
}

async function reasonsOf({ id }: ClusterDocument): Promise<readonly string[]> {
  const { reasons = [] } = (await readHealth(deps, id))?.document.health ?? {};
  return reasons.map(({ code, node }) => `${code} ${node}`);
}

/** The statuses of all, counted. */
async function verdicts(all: readonly ClusterDocument[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const cluster of all) {
    const text = String(await verdict(cluster));
    counts[text] = (counts[text] ?? 0) + 1;
  }
  return counts;
}

const told = () => deps.queue.published.map(({ body }) => String(Reflect.get(Object(body), 'type')));

describe('[A68] silence', () => {
  test('of ten minutes is a problem, less is not', async () => {
    const [shop, other] = await clusters(2);
    if (!shop || !other) throw new Error('no clusters');
    await ticks(2, [shop, other]);
    await ticks(9, [other]);
    expect(await verdict(shop)).toBe('Healthy');
    await ticks(1, [other]);
    expect([await verdict(shop), await verdict(other)]).toEqual(['Unhealthy HEARTBEAT_MISSING', 'Healthy']);
  });

  test('ends with the second good beat', async () => {
    const all = await clusters(1);
    await ticks(2, all);
    await ticks(12);
    await tick(all);
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_MISSING');
    await tick(all);
    expect(await verdict(all[0])).toBe('Healthy');
  });

  test('is not ended by beats that have nothing to do with each other', async () => {
    const all = await clusters(1);
    await ticks(2, all);
    await ticks(12);
    await tick(all);
    await ticks(8);
    await tick(all);
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_MISSING');
  });

  test('is not ended by replays', async () => {
    const all = await clusters(1);
    await ticks(2, all);
    await ticks(12);
    for (const seq of [1, 2, 2]) {
      await beats(deps, { atMs: deps.time.nowMs + seq, seq, clusters: all.map(({ id }) => id) });
      await tick();
    }
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_MISSING');
  });

  test('of a cluster that never beat is unknown for 15 minutes', async () => {
    const all = await clusters(1);
    await ticks(14);
    expect(await verdict(all[0])).toBe('Unknown HEARTBEAT_AWAITED');
    await ticks(2);
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_NEVER');
    await tick(all);
    expect(await verdict(all[0])).toBe('Healthy');
  });

  test('is not ended by an agent whose credential has been ended', async () => {
    const all = await clusters(2);
    await ticks(2, all);
    const [shop] = all;
    if (!shop) throw new Error('no cluster');
    await changeRosterEntry(deps, 0, shop.id, (entry) => entry && { ...entry, epoch: 2 });
    await ticks(12, all);
    expect([await verdict(shop), await verdict(all[1])]).toEqual(['Unhealthy HEARTBEAT_MISSING', 'Healthy']);
  });

  test('before anybody could look is none', async () => {
    const all = await clusters(1);
    const { store } = deps;
    const query: typeof store.query = (asked) =>
      asked.partition === 'shard-0'
        ? Promise.reject(new StoreUnavailableError('busy'))
        : Object.getPrototypeOf(store).query.call(store, asked);
    Object.assign(store, { query });
    await ticks(20);
    Reflect.deleteProperty(store, 'query');
    await ticks(14);
    expect(await verdict(all[0])).toBe('Unknown HEARTBEAT_AWAITED');
    await ticks(2);
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_NEVER');
  });

  test('of a cluster that left the roster is nobody’s business', async () => {
    const all = await clusters(2);
    await ticks(2, all);
    for (const { id } of all.slice(1)) await removeRosterEntry(deps, id);
    await ticks(15, all.slice(0, 1));
    expect((await tick(all.slice(0, 1)))?.clusters).toBe(1);
    expect(await verdicts(all)).toEqual({ Healthy: 2 });
  });
});

describe('the control plane’s own silence is nobody’s', () => {
  test.each([15, 60, 600])('down for %d min', async (down) => {
    const all = await clusters(3);
    await ticks(3, all);
    minute += down;
    await ticks(3);
    await ticks(3, all);
    expect(await verdicts(all)).toEqual({ Healthy: 3 });
    expect(told().filter((type) => type === 'slipway.health.changed')).toHaveLength(3);
  });

  test('a cluster that died meanwhile is found all the same', async () => {
    const all = await clusters(3);
    await ticks(3, all);
    minute += 15;
    await ticks(11, all.slice(1));
    expect(await verdicts(all)).toEqual({ Healthy: 2, 'Unhealthy HEARTBEAT_MISSING': 1 });
  });

  test('a sweep that is always late finds it, too', async () => {
    const all = await clusters(2);
    await ticks(3, all);
    for (let round = 0; round < 12; round += 1) {
      minute += 4;
      await tick(all.slice(1));
    }
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_MISSING');
  });
});

describe('a clock of ours', () => {
  test.each([5, 60, 600])('that is put back by %d min neither blinds us nor tells lies', async (back) => {
    const all = await clusters(20);
    await ticks(5, all);
    minute -= back;
    seqFrom = 1_000;
    await ticks(9, all.slice(1));
    expect(await verdicts(all)).toEqual({ Healthy: 20 });
    await ticks(2, all.slice(1));
    expect(await verdicts(all)).toEqual({ Healthy: 19, 'Unhealthy HEARTBEAT_MISSING': 1 });
    await ticks(2, all);
    expect(await verdicts(all)).toEqual({ Healthy: 20 });
  });

  test('that is ahead in one instance does not hide what the others hear', async () => {
    const all = await clusters(2);
    await ticks(3, all);
    const atMs = deps.time.nowMs + 20 * MINUTE;
    await beats(deps, { atMs, seq: 500, clusters: all.slice(1).map(({ id }) => id) });
    await ticks(15, all.slice(0, 1));
    expect(await verdicts(all)).toEqual({ Healthy: 1, 'Unhealthy HEARTBEAT_MISSING': 1 });
  });
});

describe('[A68] a threshold that is changed', () => {
  const own = (document: ClusterDocument, unhealthyAfter: string) =>
    setThresholds(deps, { document }, { heartbeat: { unhealthyAfter } });

  test('to less while the cluster is silent counts within minutes', async () => {
    const all = await clusters(2);
    const [shop] = all;
    if (!shop) throw new Error('no cluster');
    await own(shop, 'P1D');
    await ticks(2, all);
    await ticks(180, all.slice(1));
    expect(await verdict(shop)).toBe('Healthy');
    await own(shop, 'PT10M');
    await ticks(5, all.slice(1));
    expect(await verdict(shop)).toBe('Unhealthy HEARTBEAT_MISSING');
  });

  test('to more than the silence takes the verdict back, until that is over, too', async () => {
    const all = await clusters(2);
    const [shop] = all;
    if (!shop) throw new Error('no cluster');
    await ticks(2, all);
    await ticks(12, all.slice(1));
    expect(await verdict(shop)).toBe('Unhealthy HEARTBEAT_MISSING');
    await own(shop, 'PT30M');
    await ticks(5, all.slice(1));
    expect(await verdict(shop)).toBe('Healthy');
    await ticks(14, all.slice(1));
    expect(await verdict(shop)).toBe('Unhealthy HEARTBEAT_MISSING');
  });

  test('of the project is that of every cluster that has none of its own', async () => {
    const all = await clusters(2);
    const [shop, other] = all;
    if (!shop || !other) throw new Error('no clusters');
    await own(other, 'PT10M');
    await ticks(2, all);
    const settings = { healthThresholds: { heartbeat: { unhealthyAfter: 'PT20M' } } };
    await putSettings(deps, { project: shop.project }, { value: settings, findings: [] });
    await ticks(12);
    expect([await verdict(shop), await verdict(other)]).toEqual(['Healthy', 'Unhealthy HEARTBEAT_MISSING']);
  });

  test('does not keep us busy with clusters that are silent for days', async () => {
    const all = await clusters(1);
    await ticks(2, all);
    for (let hour = 0; hour < 25; hour += 1) {
      minute += 59;
      await tick([], { periodMs: 60 * MINUTE, isPastDue: false });
    }
    deps.store.resetRequestUnits();
    await ticks(10);
    expect(Object.keys(deps.store.requestUnits().by).filter((key) => key.startsWith('clusters.'))).toEqual(
      [],
    );
  });
});

describe('mass silence', () => {
  test('that ends says nothing of a cluster that was missing before it', async () => {
    const all = await clusters(40);
    await ticks(3, all);
    await ticks(12, all.slice(1));
    await ticks(12, all.slice(20));
    await ticks(8, all.slice(1));
    expect(await verdicts(all)).toEqual({ Healthy: 39, 'Unhealthy HEARTBEAT_MISSING': 1 });
  });

  test('is one alarm, and nothing is claimed of any cluster', async () => {
    const errors: string[] = [];
    deps = { ...deps, logger: { ...deps.logger, error: (message) => errors.push(message) } };
    const all = await clusters(40);
    await ticks(3, all);
    const before = told().length;
    await ticks(12, all.slice(20));
    expect(await verdicts(all)).toEqual({ Healthy: 20, 'Unknown MASS_SILENCE': 20 });
    expect(told().slice(before)).toEqual(['slipway.fleet.silent']);
    expect(errors).toEqual(['Many clusters fell silent together']);
    await ticks(3, all);
    expect(await verdicts(all)).toEqual({ Healthy: 40 });
    expect(told().slice(before)).toEqual(['slipway.fleet.silent', 'slipway.fleet.heard']);
  });

  // Seed 394 of the simulation found it.
  test('is told again with the same id by the next sweep, when one died before it could note that', async () => {
    const all = await clusters(40);
    await ticks(3, all);
    const before = deps.queue.published.length;
    await ticks(3, all.slice(20));
    const { store } = deps;
    const replace: typeof store.replace = (at, document, etag) => {
      if (deps.queue.published.length > before) throw new Error('crash');
      return Object.getPrototypeOf(store).replace.call(store, at, document, etag);
    };
    Object.assign(store, { replace });
    await expect(ticks(2, all.slice(20))).rejects.toThrow('crash');
    Reflect.deleteProperty(store, 'replace');
    await ticks(8, all.slice(20));
    const ids = deps.queue.published.slice(before).map(({ body }) => String(Reflect.get(Object(body), 'id')));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('is judged while the broker is away, and told afterwards', async () => {
    const all = await clusters(40);
    await ticks(3, all);
    const before = deps.queue.published.length;
    const { queue } = deps;
    Object.assign(queue, { publishLifecycle: () => Promise.reject(new QueueUnavailableError('away')) });
    await ticks(12, all.slice(20));
    expect(await verdicts(all)).toEqual({ Healthy: 20, 'Unknown MASS_SILENCE': 20 });
    Reflect.deleteProperty(queue, 'publishLifecycle');
    await ticks(2, all.slice(20));
    expect(told().slice(before)).toEqual(['slipway.fleet.silent']);
  });

  test('when it is over, those who are still silent have their whole time again', async () => {
    const all = await clusters(40);
    await ticks(3, all);
    await ticks(12, all.slice(20));
    await ticks(4, all.slice(2));
    expect(await verdicts(all)).toEqual({ Healthy: 38, 'Unknown MASS_SILENCE': 2 });
    await ticks(10, all.slice(2));
    expect(await verdicts(all)).toEqual({ Healthy: 38, 'Unhealthy HEARTBEAT_MISSING': 2 });
  });

  test.each([
    ['nine of twenty', 20, 9],
    ['ten of a hundred', 100, 10],
  ])('%s are no mass', async (_what, count, silent) => {
    const all = await clusters(count);
    await ticks(2, all);
    await ticks(12, all.slice(silent));
    expect(await verdicts(all)).toEqual({ Healthy: count - silent, 'Unhealthy HEARTBEAT_MISSING': silent });
  });
});

describe('a node condition with a grace', () => {
  test('ripens while the agent beats, within two sweeps', async () => {
    const all = await clusters(1);
    await tick(all);
    const [shop] = all;
    if (!shop) throw new Error('no cluster');
    await judgeReport(
      deps,
      aReport(shop, { atMs: deps.time.nowMs, nodes: [aNode('n1', { Ready: 'Unknown' })] }),
    );
    await ticks(10, all);
    expect(await verdict(shop)).toBe('Healthy');
    await ticks(3, all);
    expect(await verdict(shop)).toBe('Unhealthy NODE_NOT_READY');
  });

  test('ripens on each node in its own time', async () => {
    const all = await clusters(1);
    await tick(all);
    const [shop] = all;
    if (!shop) throw new Error('no cluster');
    const say = (n2: 'True' | 'Unknown') => {
      const nodes = [aNode('n1', { Ready: 'Unknown' }), aNode('n2', { Ready: n2 })];
      return judgeReport(deps, aReport(shop, { atMs: deps.time.nowMs, nodes }));
    };
    await say('True');
    await ticks(5, all);
    await say('Unknown');
    await ticks(8, all);
    expect(await reasonsOf(shop)).toEqual(['NODE_NOT_READY n1']);
    await ticks(5, all);
    expect(await reasonsOf(shop)).toEqual(['NODE_NOT_READY n1', 'NODE_NOT_READY n2']);
  });

  test('does not ripen once the cluster has left the roster', async () => {
    const all = await clusters(1);
    const [shop] = all;
    if (!shop) throw new Error('no cluster');
    await ticks(2, all);
    await judgeReport(
      deps,
      aReport(shop, { atMs: deps.time.nowMs, nodes: [aNode('n1', { Ready: 'Unknown' })] }),
    );
    await ticks(11, all);
    const reminders = await dueReminders(deps, Number.MAX_SAFE_INTEGER, 10);
    expect(reminders).toMatchObject([{ cluster: shop.id, confirmedMs: expect.any(Number) }]);
    await removeRosterEntry(deps, shop.id);
    await ticks(2);
    expect(await verdict(shop)).toBe('Healthy');
    expect(await dueReminders(deps, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  test('does not ripen while nobody could say otherwise', async () => {
    const all = await clusters(1);
    await tick(all);
    const [shop] = all;
    if (!shop) throw new Error('no cluster');
    await judgeReport(
      deps,
      aReport(shop, { atMs: deps.time.nowMs, nodes: [aNode('n1', { Ready: 'Unknown' })] }),
    );
    await tick(all);
    minute += 15;
    await ticks(2);
    await judgeReport(deps, aReport(shop, { atMs: deps.time.nowMs, nodes: [aNode('n1')] }));
    await ticks(5, all);
    expect(await verdict(shop)).toBe('Healthy');
  });
});

describe('a sweep', () => {
  test('that dies after it decided is finished by the next one', async () => {
    const all = await clusters(3);
    await ticks(2, all);
    await ticks(9, all.slice(1));
    const { store } = deps;
    let dies = true;
    const batch: typeof store.batch = (at, operations) => {
      if (dies) throw new Error('crash');
      return Object.getPrototypeOf(store).batch.call(store, at, operations);
    };
    Object.assign(store, { batch });
    await expect(tick(all.slice(1))).rejects.toThrow('crash');
    expect(await verdict(all[0])).toBe('Healthy');
    dies = false;
    await tick(all.slice(1));
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_MISSING');
  });

  test('that dies after it told, and before it could note that, knows it afterwards', async () => {
    const all = await clusters(3);
    await ticks(2, all);
    await ticks(9, all.slice(1));
    const { store } = deps;
    const original = Object.getPrototypeOf(store);
    let hasTold = false;
    const batch: typeof store.batch = (at, operations) => {
      hasTold = true;
      return original.batch.call(store, at, operations);
    };
    const replace: typeof store.replace = (at, document, etag) => {
      if (hasTold && document.id === 'seen') throw new Error('crash');
      return original.replace.call(store, at, document, etag);
    };
    Object.assign(store, { batch, replace });
    await expect(tick(all.slice(1))).rejects.toThrow('crash');
    expect(await verdict(all[0])).toBe('Unhealthy HEARTBEAT_MISSING');
    Reflect.deleteProperty(store, 'batch');
    Reflect.deleteProperty(store, 'replace');
    await ticks(2, all);
    expect(await verdict(all[0])).toBe('Healthy');
  });

  test('leaves what the store refuses to the next one', async () => {
    const all = await clusters(3);
    await ticks(2, all);
    await ticks(9, all.slice(1));
    const { store } = deps;
    Object.assign(store, { batch: () => Promise.reject(new StoreUnavailableError('busy')) });
    expect((await tick(all.slice(1)))?.told).toBe(0);
    Reflect.deleteProperty(store, 'batch');
    expect((await tick(all.slice(1)))?.told).toBe(1);
  });

  test('whose turn was taken does nothing', async () => {
    const all = await clusters(2);
    await ticks(2, all);
    const { store } = deps;
    const read: typeof store.read = async (at, id) => {
      const isTurn = id === 'fleet';
      if (isTurn) Reflect.deleteProperty(store, 'read');
      const found = await Object.getPrototypeOf(store).read.call(store, at, id);
      if (isTurn) await sweepHealth(deps, PERIOD);
      return found;
    };
    Object.assign(store, { read });
    expect(await tick(all)).toBeUndefined();
  });

  test('writes nothing but who was heard of', async () => {
    const all = await clusters(30);
    await ticks(3, all);
    deps.store.resetRequestUnits();
    await tick(all);
    const { by } = deps.store.requestUnits();
    const written = Object.entries(by).filter(([key]) => /replace|create|delete/.test(key));
    expect(written.map(([key, { count }]) => [key, count])).toEqual([['liveness.replace', 2]]);
  });

  test('looks at a bounded number of clusters, and at the rest in the next one', async () => {
    const all = await clusters(1_050);
    const first = await tick(all);
    expect(first).toMatchObject({ clusters: 1_050, told: 1_000, left: 50 });
    expect(await tick(all)).toMatchObject({ told: 50, left: 0 });
  }, 30_000);
});

/** Webhooks from the event to the receiver, on a clock of the test's own: what arrives, when, and what is said of it. */
import { describe, expect, test } from '@jest/globals';
import { wait } from '../../lib/domain/plan.ts';
import { StoreUnavailableError } from '../../lib/store/port.ts';
import { answers, isSigned, keyOf, WebhookWorld } from '../builders/webhook-world.ts';
import { ScriptedCloud } from '../fakes/scripted-cloud.ts';
import { tell } from './pass-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const GOOD = { name: 'good', url: 'https://good.example.com/hook' };
const BAD = { name: 'bad', url: 'https://bad.example.com/hook' };

async function aWorld(...hooks: readonly object[]): Promise<WebhookWorld> {
  const world = await WebhookWorld.open();
  expect(await world.put(hooks)).toMatchObject({ status: 200 });
  return world;
}

const arrivedIds = ({ arrivals }: WebhookWorld, at: string) =>
  arrivals.filter(({ url }) => url === at).map(({ body }) => JSON.parse(body).id);
const hosts = ({ arrivals }: WebhookWorld) => arrivals.map(({ url }) => new URL(url).hostname);

test('[A94, A132] an operation that stalls is told to the webhooks of its project, signed, once per stall', async () => {
  const story = await tell(new ScriptedCloud({ name: 'cluster', plans: [wait(600_000, 'Creating')] }));
  const world = await WebhookWorld.open(story.deps);
  const put = await world.put([{ ...GOOD, events: ['slipway.operation.stalled'] }]);
  const { secret } = Object(put.body).webhooks[0];

  for (let pass = 0; pass < 6; pass += 1) {
    await story.next();
    await world.run();
  }

  expect(world.arrivals).toHaveLength(1);
  const [arrival] = world.arrivals;
  if (!arrival) throw new Error('Nothing arrived');
  expect(await isSigned(arrival, keyOf(secret))).toBe(true);
  expect(await isSigned({ ...arrival, body: `${arrival.body} ` }, keyOf(secret))).toBe(false);
  expect(Number(arrival.headers['webhook-timestamp'])).toBe(Math.floor(arrival.atMs / 1000));
  expect(arrival.headers['webhook-id']).toMatch(/^msg_[0-9a-f]{40}$/);
  expect(arrival.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  expect(JSON.parse(arrival.body)).toEqual({
    specversion: '1.0',
    id: expect.stringMatching(/-stalled-cluster$/),
    source: '/projects/default/clusters/shop',
    type: 'slipway.operation.stalled',
    subject: expect.any(String),
    time: '2026-11-20T12:30:00.000Z',
    datacontenttype: 'application/json',
    data: {
      cluster: 'shop',
      task: 'cluster',
      title: 'Title of cluster',
      condition: 'CreatingInfrastructure',
      reason: 'Creating',
      message: '',
      since: '2026-11-20T12:00:00.000Z',
      generation: 1,
    },
  });
});

describe('who hears what', () => {
  test('each hook what it wants, and nobody what happens elsewhere', async () => {
    const world = await aWorld(GOOD, { ...BAD, events: ['slipway.health.changed'] });
    await world.publish({ id: 'e-1' });
    await world.publish({ id: 'e-2', type: 'slipway.health.changed' });
    await world.publish({ id: 'e-3', source: '/projects/other/clusters/shop' });
    await world.publish({ id: 'e-4', source: '/fleet', type: 'slipway.fleet.silent' });
    await world.run();
    const heard = world.arrivals.map(({ url, body }) => `${new URL(url).hostname} ${JSON.parse(body).id}`);
    expect(heard.sort()).toEqual(['bad.example.com e-2', 'good.example.com e-1', 'good.example.com e-2']);
  });

  test('an event that the topic delivers twice arrives once', async () => {
    const world = await aWorld(GOOD);
    await world.publish();
    await world.publish();
    await world.run();
    expect(world.arrivals).toHaveLength(1);
  });

  test('what cannot be read is dropped with a word in the log', async () => {
    const world = await aWorld(GOOD);
    await world.deps.queue.publishLifecycle({ body: { id: 7 } });
    await world.run();
    expect(world.arrivals).toEqual([]);
    expect(world.logs.join()).toContain('Dropping an unreadable lifecycle event');
  });
});

describe('a receiver that fails', () => {
  test('is tried ten times in three days and a bit, with the same id and a new signature', async () => {
    const world = await aWorld(BAD);
    world.receiver('bad.example.com', answers(503));
    await world.publish();
    const startMs = world.deps.time.nowMs;
    await world.run(startMs + 10 * DAY);

    const afterMs = world.arrivals.map(({ atMs }) => atMs - startMs);
    expect(afterMs.slice(0, 4)).toEqual([0, 5 * SECOND, 5 * MINUTE + 5 * SECOND, 35 * MINUTE + 5 * SECOND]);
    expect(afterMs).toHaveLength(10);
    expect(afterMs[9]).toBe(75 * HOUR + 35 * MINUTE + 5 * SECOND);
    expect(new Set(world.arrivals.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(world.arrivals.map(({ headers }) => headers['webhook-signature'])).size).toBe(10);
    expect(world.waiting).toEqual([]);
  });

  test('shows since when and why, and at last that a message was given up', async () => {
    const world = await aWorld(BAD);
    world.receiver('bad.example.com', answers(503));
    await world.publish();
    await world.run();
    expect(await world.hook('bad')).toEqual({
      ...BAD,
      hasSecret: true,
      status: {
        lastAttemptAt: '2026-11-20T12:00:00.000Z',
        failingSince: '2026-11-20T12:00:00.000Z',
        lastError: 'The receiver answered 503.',
      },
    });
    await world.run(world.deps.time.nowMs + 10 * DAY);
    expect(await world.hook('bad')).toMatchObject({
      status: { failingSince: '2026-11-20T12:00:00.000Z', lastGivenUpAt: '2026-11-23T15:35:05.000Z' },
    });
    expect(world.logs.join()).toContain('Giving up a webhook message');
  });

  test('gets everything once it is mended, and shows that it is well', async () => {
    const world = await aWorld(BAD);
    world.receiver('bad.example.com', answers(500));
    await world.publish();
    await world.run();
    world.receiver('bad.example.com', answers(204));
    await world.run(world.deps.time.nowMs + MINUTE);
    expect(world.arrivals).toHaveLength(2);
    expect(await world.hook('bad')).toMatchObject({
      status: {
        lastAttemptAt: '2026-11-20T12:00:05.000Z',
        lastDeliveredAt: '2026-11-20T12:00:05.000Z',
      },
    });
    expect(JSON.stringify(await world.hook('bad'))).not.toContain('failing');
  });

  test.each([
    ['timed-out', { kind: 'timed-out' }, 'The receiver did not answer in time.'],
    ['forbidden', { kind: 'forbidden' }, 'The host has an address that is not on the public internet.'],
    [
      'unreachable',
      { kind: 'unreachable', code: 'ENOTFOUND' },
      'The receiver could not be reached (ENOTFOUND).',
    ],
    [
      'redirecting',
      { kind: 'answered', status: 302 },
      'The receiver answered 302; redirects are not followed.',
    ],
  ] as const)('%s: says so and is tried again', async (_what, outcome, lastError) => {
    const world = await aWorld(BAD);
    world.receiver('bad.example.com', () => outcome);
    await world.publish();
    await world.run();
    expect(await world.hook('bad')).toMatchObject({ status: { lastError } });
    expect(world.waiting.map(({ message }) => message.attempt)).toEqual([2]);
  });

  test('410 ends a message at once', async () => {
    const world = await aWorld(BAD);
    world.receiver('bad.example.com', answers(410));
    await world.publish();
    await world.run(world.deps.time.nowMs + 10 * DAY);
    expect(world.arrivals).toHaveLength(1);
    expect(await world.hook('bad')).toMatchObject({
      status: {
        lastError: 'The receiver answered 410: it is gone.',
        lastGivenUpAt: '2026-11-20T12:00:00.000Z',
      },
    });
  });
});

describe('a hook that changes while messages wait', () => {
  async function failingOnce(): Promise<WebhookWorld> {
    const world = await aWorld(BAD, GOOD);
    world.receiver('bad.example.com', answers(503));
    await world.publish();
    await world.run();
    world.arrivals.length = 0;
    return world;
  }

  test('removed: nothing more is sent', async () => {
    const world = await failingOnce();
    await world.put([GOOD]);
    await world.run(world.deps.time.nowMs + 10 * DAY);
    expect(world.arrivals).toEqual([]);
    expect(world.waiting).toEqual([]);
  });

  test('another URL: what waited for the old one does not reach the new one, which begins anew', async () => {
    const world = await failingOnce();
    await world.put([{ ...BAD, url: 'https://other.example.com/' }, GOOD]);
    await world.run(world.deps.time.nowMs + 10 * DAY);
    expect(world.arrivals).toEqual([]);
    expect(Object(await world.hook('bad')).status).toBeUndefined();
    await world.publish({ id: 'later' });
    await world.run();
    expect(hosts(world).sort()).toEqual(['good.example.com', 'other.example.com']);
  });

  test('other events: what it does not want any more is dropped', async () => {
    const world = await failingOnce();
    await world.put([{ ...BAD, events: ['slipway.health.changed'] }, GOOD]);
    await world.run(world.deps.time.nowMs + 10 * DAY);
    expect(world.arrivals).toEqual([]);
  });

  test('another secret: the next attempt is signed with it', async () => {
    const world = await failingOnce();
    await world.put([{ ...BAD, secret: 'another key of many characters' }, GOOD]);
    await world.run(world.deps.time.nowMs + MINUTE);
    const [arrival] = world.arrivals;
    if (!arrival) throw new Error('Nothing arrived');
    expect(await isSigned(arrival, Buffer.from('another key of many characters'))).toBe(true);
  });
});

describe('trouble', () => {
  test('a receiver that hangs holds few places, then one, and the others get theirs', async () => {
    const world = await aWorld(BAD, GOOD);
    const hangs: (() => void)[] = [];
    world.receiver(
      'bad.example.com',
      () => new Promise((end) => hangs.push(() => end({ kind: 'timed-out' }))),
    );
    const arrived = (name: string) => hosts(world).filter((host) => host === `${name}.example.com`).length;
    const begin = async (from: number, to: number) => {
      for (let count = from; count < to; count += 1) await world.publish({ id: `e-${count}` });
      await world.fanOut();
      const due = world.waiting.filter(({ dueAt }) => dueAt <= world.deps.time.nowMs);
      const attempts = due.map((message) => world.attempt(message));
      return Promise.all(attempts);
    };
    // Whoever is still at it after this waits for the receiver: nothing else here takes more than a turn.
    const turn = () => new Promise((done) => setImmediate(done));

    const first = begin(0, 8);
    await turn();
    const second = begin(8, 10);
    await turn();
    expect([arrived('bad'), arrived('good')]).toEqual([8, 10]);
    expect(world.waiting.map(({ message }) => [message.attempt, message.held])).toEqual([
      [1, 1],
      [1, 1],
    ]);

    world.deps.time.nowMs += 10 * SECOND;
    for (const end of hangs.splice(0)) end();
    await Promise.all([first, second]);
    const third = begin(10, 14);
    await turn();
    // Everything that was due by now wanted to call it, and one did.
    expect([arrived('bad'), arrived('good')]).toEqual([9, 14]);

    for (const end of hangs.splice(0)) end();
    await third;
    world.receiver('bad.example.com', answers(204));
    await world.run(world.deps.time.nowMs + HOUR);
    expect(world.waiting).toEqual([]);
    expect(new Set(arrivedIds(world, BAD.url)).size).toBe(14);
  });

  test('one that never has a place free fails in the end like any other', async () => {
    const world = await aWorld(BAD);
    await world.publish();
    await world.fanOut();
    const [first] = world.waiting;
    if (!first) throw new Error('Nothing waits');
    while (world.deps.traffic.enter(first.message.hook));
    await world.run(world.deps.time.nowMs + 30 * MINUTE);
    expect(await world.hook('bad')).toMatchObject({
      status: { lastError: 'Too many messages wait for the receiver.' },
    });
    expect(world.arrivals).toEqual([]);
  });

  test('a database that is away puts an attempt off, and what arrived is not sent again', async () => {
    const world = await aWorld(GOOD);
    await world.publish();
    await world.fanOut();
    const { store } = world.deps;
    const read = store.read.bind(store);
    const away = () => Promise.reject(new StoreUnavailableError('away'));
    store.read = away;
    await world.run();
    expect(world.arrivals).toEqual([]);
    // There for the settings, away for the status.
    store.read = (at, id) => (id.startsWith('webhook:') ? away() : read(at, id));
    await world.run(world.deps.time.nowMs + DAY);
    expect(world.arrivals).toHaveLength(1);
    store.read = read;
    await world.run(world.deps.time.nowMs + 10 * DAY);
    expect(world.arrivals).toHaveLength(1);
  });

  test('a secret that the secret store lost is said', async () => {
    const world = await aWorld(GOOD);
    world.deps.secrets.values.clear();
    await world.publish();
    await world.run();
    expect(await world.hook('good')).toMatchObject({
      status: { lastError: 'The secret is not in the secret store; send a new one.' },
    });
  });
});

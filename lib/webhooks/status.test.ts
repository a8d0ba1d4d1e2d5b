import { expect, test } from '@jest/globals';
import { someDeps } from '../../test/builders/deps.ts';
import { type Attempted, readHookStatus, recordAttempt, removeHookStatus } from './status.ts';

const MINUTE_MS = 60_000;
const delivered: Attempted = { kind: 'delivered' };
const failed = (error = 'The receiver answered 503.', givenUp = false): Attempted => ({
  kind: 'failed',
  error,
  givenUp,
});
const at = { project: 'default', hook: 'h-1' };

async function story(attempts: readonly (readonly [minute: number, attempted: Attempted])[]) {
  const deps = someDeps();
  const startMs = deps.time.nowMs;
  let writes = 0;
  let shown = '';
  for (const [minute, attempted] of attempts) {
    deps.time.nowMs = startMs + minute * MINUTE_MS;
    await recordAttempt(deps, at, attempted);
    const now = JSON.stringify(await readHookStatus(deps, 'default', 'h-1'));
    if (now !== shown) writes += 1;
    shown = now;
  }
  return { deps, writes, status: await readHookStatus(deps, 'default', 'h-1') };
}

test('nothing is known before the first attempt', async () => {
  expect(await readHookStatus(someDeps(), 'default', 'h-1')).toBeUndefined();
});

test('a hook that works is written once, and again after an hour', async () => {
  const { writes, status } = await story([
    [0, delivered],
    [1, delivered],
    [59, delivered],
    [60, delivered],
  ]);
  expect(writes).toBe(2);
  expect(status).toEqual({
    lastAttemptAt: '2026-11-20T13:00:00.000Z',
    lastDeliveredAt: '2026-11-20T13:00:00.000Z',
  });
});

test('a failure shows since when and why, and when it last worked', async () => {
  const { writes, status } = await story([
    [0, delivered],
    [5, failed()],
    [6, failed()],
    [10, failed('The receiver did not answer in time.')],
  ]);
  expect(writes).toBe(3);
  expect(status).toEqual({
    lastAttemptAt: '2026-11-20T12:10:00.000Z',
    lastDeliveredAt: '2026-11-20T12:00:00.000Z',
    failingSince: '2026-11-20T12:05:00.000Z',
    lastError: 'The receiver did not answer in time.',
  });
});

test('a message that was given up is seen, also after it works again', async () => {
  const { status } = await story([
    [0, failed()],
    [1, failed('The receiver answered 503.', true)],
    [2, delivered],
  ]);
  expect(status).toEqual({
    lastAttemptAt: '2026-11-20T12:02:00.000Z',
    lastDeliveredAt: '2026-11-20T12:02:00.000Z',
    lastGivenUpAt: '2026-11-20T12:01:00.000Z',
  });
});

test('a hook that is gone has none', async () => {
  const { deps } = await story([[0, delivered]]);
  await removeHookStatus(deps, 'default', 'h-1');
  expect(await readHookStatus(deps, 'default', 'h-1')).toBeUndefined();
});

test('who loses the race for the first status looks again, and writes what it knows on top', async () => {
  const deps = someDeps();
  const create = deps.store.create.bind(deps.store);
  let isFirst = true;
  deps.store.create = async (address, document) => {
    if (!isFirst) return create(address, document);
    isFirst = false;
    await recordAttempt(deps, at, delivered);
    return { kind: 'stale' };
  };
  await recordAttempt(deps, at, failed());
  expect(await readHookStatus(deps, 'default', 'h-1')).toEqual({
    lastAttemptAt: '2026-11-20T12:00:00.000Z',
    lastDeliveredAt: '2026-11-20T12:00:00.000Z',
    failingSince: '2026-11-20T12:00:00.000Z',
    lastError: 'The receiver answered 503.',
  });
});

import { expect, test } from '@jest/globals';
import { kubeClient } from '../kube/client.ts';
import type { HttpAnswer } from '../ports.ts';
import { backupLocations } from './backup-locations.ts';

const { signal } = new AbortController();
const NO_RELEASES = new Map<string, string>();
const ABSENT: HttpAnswer = { status: 404, headers: {}, body: '404 page not found' };
const items = (...of: readonly object[]): HttpAnswer => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ items: of }),
});

function world() {
  const state = { nowMs: 0, asked: 0, answer: ABSENT };
  const http = async () => {
    state.asked += 1;
    return state.answer;
  };
  const places = backupLocations(kubeClient(http, signal), () => state.nowMs);
  return { state, look: (releases = NO_RELEASES) => places.look(releases) };
}

test('[A99] are told by name, with what Velero says of them', async () => {
  const { state, look } = world();
  state.answer = items(
    { metadata: { name: 'a' }, spec: { default: true }, status: { phase: 'Available' } },
    { metadata: { name: 'b' }, status: { phase: 'Unavailable', message: 'access denied' } },
    { metadata: { name: 'c' }, spec: {} },
  );
  expect(await look()).toEqual({
    ok: true,
    value: [{ name: 'a', phase: 'Available' }, { name: 'b', phase: 'Unavailable' }, { name: 'c' }],
  });
  await look();
  expect(state.asked).toBe(2);
});

test('a cluster without Velero has none, and is asked again only now and then', async () => {
  const { state, look } = world();
  for (let beat = 0; beat < 10; beat += 1) {
    expect(await look()).toEqual({ ok: true, value: [] });
    state.nowMs += 60_000;
  }
  expect(state.asked).toBe(1);
  state.answer = items({ metadata: { name: 'by-hand' } });
  expect(await look()).toEqual({ ok: true, value: [{ name: 'by-hand' }] });
});

test('is asked at once after a pack has installed it', async () => {
  const { state, look } = world();
  await look();
  state.answer = items({ metadata: { name: 'default' } });
  expect(await look(new Map([['monitoring/prometheus', 'prometheus']]))).toMatchObject({ value: [] });
  const installed = new Map([['velero/velero', 'velero']]);
  expect(await look(installed)).toMatchObject({ value: [{ name: 'default' }] });
  state.answer = ABSENT;
  expect(await look(installed)).toMatchObject({ value: [] });
  await look(installed);
  expect(state.asked).toBe(3);
});

test('what cannot be seen is not said to be gone', async () => {
  const { state, look } = world();
  state.answer = { status: 503, headers: {}, body: '{}' };
  expect(await look()).toMatchObject({ ok: false, error: { status: 503 } });
});

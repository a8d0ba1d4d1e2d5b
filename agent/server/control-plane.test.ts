import { expect, test } from '@jest/globals';
import { ManualTime } from '../../test/fakes/manual-time.ts';
import type { HttpAnswer } from '../ports.ts';
import { controlPlane, retryAfter } from './control-plane.ts';

const NOW = Date.parse('2026-11-20T18:00:00Z');

test.each([
  [undefined, undefined],
  ['120', 120_000],
  ['0', 0],
  ['Fri, 20 Nov 2026 18:02:00 GMT', 120_000],
  ['Fri, 20 Nov 2026 17:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %s', (header, ms) => {
  expect(retryAfter(header, NOW)).toEqual(ms);
});

const answering = (answer: HttpAnswer) =>
  controlPlane({
    http: async () => answer,
    url: 'https://slipway.test',
    time: new ManualTime(NOW),
    signal: new AbortController().signal,
  });

test('the page of a proxy is no answer', async () => {
  const page = { status: 200, headers: {}, body: '<html>Log in</html>' };
  const beat = { agentVersion: '1', sentAt: '2026-11-20T18:00:00.000Z' };
  expect(await answering(page).heartbeat(beat, 'x')).toMatchObject({
    kind: 'refused',
    refusal: { status: 0 },
  });
});

test('a redirect is not followed and counts as a refusal', async () => {
  const away = { status: 302, headers: { location: 'https://elsewhere.test' }, body: '' };
  expect(await answering(away).definition(undefined, 'x')).toMatchObject({
    kind: 'refused',
    refusal: { status: 302 },
  });
});

test('no answer can make it hammer or fall silent', async () => {
  const body = JSON.stringify({
    serverTime: '2026-11-20T18:00:00.000Z',
    beatAfterMs: 1,
    reportEveryMs: 1e12,
    revision: '1.0',
  });
  const beat = { agentVersion: '1', sentAt: '2026-11-20T18:00:00.000Z' };
  expect(await answering({ status: 200, headers: {}, body }).heartbeat(beat, 'x')).toMatchObject({
    kind: 'ok',
    value: { beatAfterMs: 1_000, reportEveryMs: 3_600_000 },
  });
});

import { describe, expect, test } from '@jest/globals';
import { parseHostJson } from './host-json.ts';
import { parseTimeSpan } from './time-span.ts';

describe('parseHostJson', () => {
  test('has the defaults of the extensions', () => {
    expect(parseHostJson({ version: '2.0' })).toEqual({
      routePrefix: 'api',
      serviceBus: {
        autoComplete: true,
        maxConcurrentCalls: 16,
        maxConcurrentSessions: 8,
        maxLockRenewalMs: 300_000,
        sessionIdleTimeoutMs: 60_000,
        retry: { exponential: true, tryTimeoutMs: 60_000, delayMs: 800, maxDelayMs: 60_000, maxRetries: 3 },
      },
    });
  });

  test('reads what a production host.json says and ignores what only matters in Azure', () => {
    const parsed = parseHostJson({
      version: '2.0',
      telemetryMode: 'OpenTelemetry',
      extensions: {
        http: { routePrefix: '/v2/' },
        serviceBus: {
          maxConcurrentSessions: 64,
          sessionIdleTimeout: '00:00:02',
          prefetchCount: 0,
          clientRetryOptions: { mode: 'fixed', tryTimeout: '00:00:10', delay: '00:00:00.8' },
        },
      },
    });
    expect(parsed.routePrefix).toBe('v2');
    expect(parsed.serviceBus).toMatchObject({ maxConcurrentSessions: 64, sessionIdleTimeoutMs: 2_000 });
    expect(parsed.serviceBus.retry).toMatchObject({ exponential: false, tryTimeoutMs: 10_000, delayMs: 800 });
  });

  test('a session waits one try for its next message unless told otherwise', () => {
    const serviceBus = { clientRetryOptions: { tryTimeout: '00:00:07' } };
    expect(
      parseHostJson({ version: '2.0', extensions: { serviceBus } }).serviceBus.sessionIdleTimeoutMs,
    ).toBe(7_000);
  });

  test.each([
    ['another version', { version: '1.0' }],
    ['no version', {}],
    [
      'a time span that is none',
      { version: '2.0', extensions: { serviceBus: { sessionIdleTimeout: '2s' } } },
    ],
    ['no sessions at all', { version: '2.0', extensions: { serviceBus: { maxConcurrentSessions: 0 } } }],
  ])('refuses %s', (_what, json) => {
    expect(() => parseHostJson(json)).toThrow();
  });
});

describe('parseTimeSpan', () => {
  test.each([
    ['00:00:02', 2_000],
    ['00:00:00.8', 800],
    ['01:02:03', 3_723_000],
    ['1.00:00:00', 86_400_000],
    ['00:60:00', undefined],
    ['24:00:00', undefined],
    ['5', undefined],
  ])('%s is %s ms', (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms);
  });
});

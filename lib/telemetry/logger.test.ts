import { expect, test } from '@jest/globals';
import { createLogger, type LogLevel } from './logger.ts';

function logged(level: LogLevel = 'info') {
  const lines: string[] = [];
  const logger = createLogger({
    clock: { now: () => 0, monotonic: () => 0 },
    level,
    write: (line) => lines.push(line),
  });
  return { logger, entries: (): unknown[] => lines.map((line) => JSON.parse(line)) };
}

test('an entry is one line of JSON: when, how bad, what, and its keys', () => {
  const { logger, entries } = logged();
  logger.warn('Throttled', { cloud: 'aws', retryAfterMs: 5_000 });
  expect(entries()).toEqual([
    {
      at: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'Throttled',
      cloud: 'aws',
      retryAfterMs: 5_000,
    },
  ]);
});

test('what others said does not take the place of what happened', () => {
  const { logger, entries } = logged();
  logger.error('Heartbeat refused', { message: 'socket hang up' });
  expect(entries()).toMatchObject([{ message: 'Heartbeat refused', detail: 'socket hang up' }]);
});

test('errors are written out with their causes', () => {
  const { logger, entries } = logged();
  logger.error('Pass failed', { error: new TypeError('no', { cause: new Error('why') }) });
  expect(entries()).toMatchObject([
    { error: { name: 'TypeError', message: 'no', cause: { name: 'Error', message: 'why' } } },
  ]);
});

test('what is below the level is not written', () => {
  const { logger, entries } = logged('warn');
  logger.debug('Looked', {});
  logger.info('Looked', {});
  expect(entries()).toEqual([]);
});

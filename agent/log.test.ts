import { expect, test } from '@jest/globals';
import { ManualTime } from '../test/fakes/manual-time.ts';
import { jsonLog } from './log.ts';

const NOW = Date.parse('2026-11-20T18:00:00Z');

function written(keys: Record<string, unknown>): unknown {
  const lines: string[] = [];
  jsonLog(new ManualTime(NOW), (line) => lines.push(line)).warn('Heartbeat not taken', keys);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  return JSON.parse(lines[0] ?? '');
}

test('what the other side said stands beside what happened, and does not replace it', () => {
  expect(written({ status: 503, message: 'Try later.\n{"level":"info"}' })).toEqual({
    at: '2026-11-20T18:00:00.000Z',
    level: 'warn',
    message: 'Heartbeat not taken',
    detail: 'Try later.\n{"level":"info"}',
    status: 503,
  });
});

test('errors are written with their causes', () => {
  const error = new Error('outer', { cause: new Error('inner') });
  expect(written({ error })).toMatchObject({ error: expect.stringMatching(/^Error: outer[\s\S]+inner/) });
});

/**
 * Structured logs: one JSON object a line, static text plus keys. What somebody else said about it (key `message`) is its
 * `detail`. For engineers; never the only place a fact lives.
 */
import type { Clock, Logger } from '../domain/ports.ts';
import { toInstant } from '../domain/time.ts';
import { scrub } from './scrub.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LoggerOptions {
  readonly clock: Clock;
  readonly level: LogLevel;
  /** Takes finished lines, without a line break. */
  readonly write: (line: string, level: LogLevel) => void;
}

export function createLogger(options: LoggerOptions): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, { message: detail, ...keys }: Record<string, unknown> = {}) => {
      if (RANK[level] < RANK[options.level]) return;
      const line = JSON.stringify({
        at: toInstant(options.clock.now()),
        level,
        message,
        ...describeErrors({ detail, ...keys }),
      });
      options.write(scrub(line), level);
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

/** Errors have no enumerable fields: their name, message and causes are written out, stacks only for bugs. */
function describeErrors(keys: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [key, value instanceof Error ? describeError(value) : value]),
  );
}

function describeError(error: Error): Record<string, unknown> {
  const cause = error.cause instanceof Error ? describeError(error.cause) : undefined;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(cause === undefined ? {} : { cause }),
  };
}

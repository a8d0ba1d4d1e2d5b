/**
 * One line of JSON per entry on standard output, which is where clusters gather logs from. What somebody else said about
 * it (key `message`) is its `detail`.
 */
import type { Clock, Logger } from '../lib/domain/ports.ts';
import { toInstant } from '../lib/domain/time.ts';
import { messageOf } from './thrown.ts';

export function jsonLog(clock: Clock, write: (line: string) => void): Logger {
  const at =
    (level: string) =>
    (message: string, { message: detail, ...keys }: Record<string, unknown> = {}) =>
      write(
        `${JSON.stringify({ at: toInstant(clock.now()), level, message, detail, ...keys }, printable)}\n`,
      );
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** JSON knows nothing of errors, and a stack nothing of causes. */
function printable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const why = value.cause === undefined ? '' : `\n${messageOf(value.cause)}`;
  return `${value.stack ?? value.message}${why}`;
}

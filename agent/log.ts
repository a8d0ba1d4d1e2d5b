/** One line of JSON per entry on standard output, which is where clusters gather logs from. */
import type { Clock, Logger } from '../lib/domain/ports.ts';
import { toInstant } from '../lib/domain/time.ts';

export function jsonLog(clock: Clock, write: (line: string) => void): Logger {
  const at =
    (level: string) =>
    (message: string, keys: Record<string, unknown> = {}) =>
      write(`${JSON.stringify({ at: toInstant(clock.now()), level, message, ...keys }, printable)}\n`);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** JSON knows nothing of errors. */
function printable(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}

/** What happens to workloads before a node goes. */
import { parseDuration } from '../../domain/duration.ts';
import { violation } from '../../domain/findings.ts';
import type { DrainOptions } from '../../domain/pool.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { type Read, read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';

export const DEFAULT_DRAIN: DrainOptions = { timeoutMs: 10 * MINUTE_MS, onBlocked: 'wait' };
const MAX_TIMEOUT_MS = 24 * HOUR_MS;

export function readDrain(given: PoolInput['drain'], path: string): Read<DrainOptions> {
  const onBlocked = given?.onBlocked ?? DEFAULT_DRAIN.onBlocked;
  const timeout = given?.timeout;
  if (timeout === undefined) return read({ ...DEFAULT_DRAIN, onBlocked });
  const timeoutMs = typeof timeout === 'string' ? parseDuration(timeout) : undefined;
  if (timeoutMs !== undefined && timeoutMs <= MAX_TIMEOUT_MS) return read({ timeoutMs, onBlocked });
  const message = 'timeout is a duration of at most PT24H: «PT10M».';
  return read({ ...DEFAULT_DRAIN, onBlocked }, violation('DURATION_INVALID', `${path}/timeout`, message));
}

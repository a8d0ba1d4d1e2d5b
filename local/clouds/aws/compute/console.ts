/** Serial consoles. EC2 posts what was written with some delay; the newest part can be asked for on this hypervisor. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { World } from '../core/world.ts';

interface ConsoleLine {
  readonly at: EpochMs;
  readonly line: string;
}

/** Our estimate: the service says only that it takes a moment. */
const POSTED_AFTER_MS = 60_000;
/** docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
const MAX_BYTES = 64 * 1024;

const tableOf = (world: World) => world.records.table<readonly ConsoleLine[]>('consoles');

export function writeConsole(world: World, instanceId: string, at: EpochMs, line: string): void {
  tableOf(world).put(instanceId, [...(tableOf(world).get(instanceId) ?? []), { at, line }]);
}

interface ConsoleOutput {
  readonly text: string;
  readonly at: EpochMs;
}

/** Undefined: nothing has been posted yet. `isLatest`: without the delay. */
export function consoleOutput(
  world: World,
  instanceId: string,
  now: EpochMs,
  isLatest: boolean,
): ConsoleOutput | undefined {
  const until = isLatest ? now : now - POSTED_AFTER_MS;
  const lines = (tableOf(world).get(instanceId) ?? []).filter(({ at }) => at <= until);
  const last = lines.at(-1);
  if (!last) return undefined;
  const bytes = Buffer.from(lines.map(({ line }) => `${line}\r\n`).join(''));
  return { text: bytes.subarray(-MAX_BYTES).toString('base64'), at: last.at };
}

export const forgetConsole = (world: World, instanceId: string): void => tableOf(world).delete(instanceId);

/** Where beats arrive in one instance of the server: what it is writing, and what it remembers. One for each process. */
import type { Config } from '../config.ts';
import { RollupMarks } from '../usage/roll-up.ts';
import { type BeatLogDeps, beatLog } from './beat-log.ts';
import type { BeatLog } from './port.ts';
import { AgentStreams } from './streams.ts';

/**
 * Milliseconds that a beat waits for others to be written with: docs/benchmarks.md has what that saves. Nobody but the agent
 * waits for it; locally, where beats come often, it is short.
 */
export const COMMIT_WINDOW_MS = { azure: 6_000, local: 100 } as const satisfies Record<
  Config['mode'],
  number
>;

export interface AgentInbox {
  readonly beats: BeatLog;
  readonly streams: AgentStreams;
  readonly rollups: RollupMarks;
}

export function agentInbox(deps: BeatLogDeps): AgentInbox {
  return { beats: beatLog(deps), streams: new AgentStreams(), rollups: new RollupMarks() };
}

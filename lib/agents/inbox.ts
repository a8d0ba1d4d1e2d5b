/** Where beats arrive in one instance of the server: what it is writing, and what it remembers. One for each process. */
import type { Config } from '../config.ts';
import { RollupMarks } from '../usage/roll-up.ts';
import { BeatLimit } from './beat-limit.ts';
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
  readonly limit: BeatLimit;
  readonly streams: AgentStreams;
  readonly rollups: RollupMarks;
}

type InboxDeps = BeatLogDeps & { readonly config: Pick<Config, 'agents'> };

export function agentInbox(deps: InboxDeps): AgentInbox {
  const limit = new BeatLimit(deps.config.agents.beatMs);
  return { beats: beatLog(deps), limit, streams: new AgentStreams(), rollups: new RollupMarks() };
}

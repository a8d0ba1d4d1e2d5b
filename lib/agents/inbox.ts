/** Where beats arrive in one instance of the server: what it is writing, and what it remembers. One for each process. */
import { RollupMarks } from '../usage/roll-up.ts';
import { type BeatLogDeps, beatLog } from './beat-log.ts';
import type { BeatLog } from './port.ts';
import { AgentStreams } from './streams.ts';

export interface AgentInbox {
  readonly beats: BeatLog;
  readonly streams: AgentStreams;
  readonly rollups: RollupMarks;
}

export function agentInbox(deps: BeatLogDeps): AgentInbox {
  return { beats: beatLog(deps), streams: new AgentStreams(), rollups: new RollupMarks() };
}

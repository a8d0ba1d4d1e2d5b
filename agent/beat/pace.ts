/** How often what is done, as the control plane last said. Until it spoke: as in docs/limits.md. */
import type { HeartbeatAnswer } from '../../lib/domain/agent.ts';

export interface Pace {
  readonly beatAfterMs: number;
  readonly reportEveryMs: number;
}

export const FIRST_PACE: Pace = { beatAfterMs: 60_000, reportEveryMs: 900_000 };

export const paceOf = ({ beatAfterMs, reportEveryMs }: HeartbeatAnswer): Pace => ({
  beatAfterMs,
  reportEveryMs,
});

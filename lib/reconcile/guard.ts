/**
 * The gate in front of every cloud call of a pass: a write after the deadline is refused (protocol rule 7), and a
 * credential that has spent its budget waits without delaying anyone else's.
 */
import type { CallGuard, CallRefusal, CloudAccount, CloudCall } from '../clouds/port.ts';
import type { Clock } from '../domain/ports.ts';
import type { Budgets } from './budget.ts';
import type { PassDeps } from './engine.ts';

export interface GuardOptions {
  readonly clock: Clock;
  readonly budgets: Budgets;
  /** Which credential pays: `project/account`, plus the region. */
  readonly credential: string;
  /** Monotonic milliseconds at which the pass began, before its document was read. */
  readonly startedAt: number;
  /** Wall milliseconds. */
  readonly deadlineMs: number;
}

export function passGuard(options: GuardOptions): CallGuard {
  const { clock, budgets, credential } = options;
  // A pass has one place in line, however many of its calls are sent away.
  const sentAway = new Map<string, CallRefusal>();
  return {
    admit(call: CloudCall) {
      if (call.verb === 'write' && clock.monotonic() - options.startedAt > options.deadlineMs) {
        return { why: 'deadline' };
      }
      const key = `${call.family}|${call.verb}`;
      const former = sentAway.get(key);
      if (former) return former;
      const retryAfterMs = budgets.take(credential, call);
      if (retryAfterMs === undefined) return undefined;
      const refusal: CallRefusal = { why: 'budget', retryAfterMs };
      sentAway.set(key, refusal);
      return refusal;
    },
    settled(call, answer) {
      if (answer.status === 429 && answer.throttled !== false)
        budgets.close(credential, call, answer.retryAfterMs);
    },
  };
}

type GuardDeps = Pick<PassDeps, 'clock' | 'budgets' | 'config'>;

/** The guard of an account's calls. `scope` tells purses of one account apart: a region, or a purpose of its own. */
export function accountGuard(
  { clock, budgets, config }: GuardDeps,
  { project, name }: Pick<CloudAccount, 'project' | 'name'>,
  scope: string,
  startedAt: number = clock.monotonic(),
): CallGuard {
  const credential = `${project}/${name}/${scope}`;
  return passGuard({ clock, budgets, credential, startedAt, deadlineMs: config.passDeadlineMs });
}

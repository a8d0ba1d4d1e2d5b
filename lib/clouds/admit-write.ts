/**
 * Protocol rule 7 for services of our own: a pass that was frozen must not bring back what the end of a deletion took
 * away, because nothing would ever look for it again.
 */
import { type CallGuard, PassDeadlineError } from './port.ts';

/** Throws PassDeadlineError. The service is ours, so the account's call budget has no say. `what`: «A secret». */
export function admitWrite(guard: CallGuard, family: string, what: string): void {
  const refusal = guard.admit({ verb: 'write', family });
  if (refusal?.why === 'deadline') throw new PassDeadlineError(`${what} came after the pass's deadline`);
}

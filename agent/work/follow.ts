/** Keeps the definition the newest one: asked for when a heartbeat's answer names another revision. */
import type { Chance, Logger } from '../../lib/domain/ports.ts';
import { backoff } from '../beat/delays.ts';
import type { Identity } from '../identity/identity.ts';
import type { Time } from '../ports.ts';
import { type ControlPlane, isUnknown } from '../server/control-plane.ts';
import type { Work } from './work.ts';

/** Heartbeats wake it; this is for the case that none got through. Milliseconds. */
const IDLE_MS = 3_600_000;

export interface FollowOptions {
  readonly server: Pick<ControlPlane, 'definition'>;
  readonly identity: Identity;
  readonly time: Time;
  readonly chance: Chance;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export async function followDefinition(options: FollowOptions, work: Work): Promise<void> {
  const { time, chance, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    const isCurrent = work.revision === undefined || work.revision === work.definition?.revision;
    if (isCurrent) {
      await work.revised.wait(IDLE_MS, signal);
      continue;
    }
    const fetched = await fetchDefinition(options, work);
    failures = fetched.ok ? 0 : failures + 1;
    if (!fetched.ok) await time.sleep(backoff(failures, chance, fetched.retryAfterMs), signal);
  }
}

type Fetched = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

async function fetchDefinition({ server, identity, log }: FollowOptions, work: Work): Promise<Fetched> {
  const who = await identity.credential();
  if (who.kind === 'none') return { ok: false, retryAfterMs: who.refusal?.retryAfterMs ?? 0 };
  const answer = await server.definition(work.definition?.revision, who.credential);
  if (answer.kind === 'refused') {
    const { status, code, message, retryAfterMs = 0 } = answer.refusal;
    log.warn('Definition not fetched', { status, code, message });
    if (isUnknown(answer.refusal)) identity.refused(who.credential);
    return { ok: false, retryAfterMs };
  }
  if (answer.value === 'unchanged') {
    // An answer that was worked out before the last change: what we have is newer.
    work.revision = work.definition?.revision;
    return { ok: true };
  }
  log.info('Following a new definition', { revision: answer.value.revision });
  work.definition = answer.value;
  work.revision = answer.value.revision;
  work.packsDue.wake();
  work.operationsDue.wake();
  return { ok: true };
}

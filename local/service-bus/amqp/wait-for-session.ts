/**
 * "Accept the next session" when there is none. The attach is held back until one appears; shortly before the client
 * gives up, the link is opened and closed with com.microsoft:timeout, which the client reports as ServiceTimeout.
 */
import { BrokerError } from '../engine/errors.ts';
import type { Queue } from '../engine/queue.ts';
import type { Session } from '../engine/sessions.ts';
import { type Attaching, refuse } from './attaching.ts';
import { long } from './values.ts';

const CLIENT_TIMEOUT = 'com.microsoft:timeout';
const DEFAULT_TIMEOUT_MS = 60_000;
/** The answer has to be there before the client's own timer; our choice. */
const HEAD_START_MS = 500;

export function waitForSession(queue: Queue, attaching: Attaching, grant: (session: Session) => void): void {
  const { link, client, timers, now } = attaching;
  holdAttach(attaching);
  const end = once(
    queue.delivery.sessions.wait((session) => {
      end();
      client.forget(link);
      grant(session);
      link.open();
    }),
  );
  client.onLost(link, end);
  link.on('sender_close', end);
  timers.at(now() + waitingTimeMs(attaching), () => {
    if (!end()) return;
    client.forget(link);
    link.open();
    refuse(link, noSession(queue));
  });
}

/** rhea opens a link before it tells us about it; this takes the opening back until `link.open()`. */
function holdAttach({ link }: Attaching): void {
  link.state.local_open = false;
  link.state.open_requests = 0;
}

function waitingTimeMs({ link }: Attaching): number {
  const asked = long.safeParse(link.remote.attach.properties?.[CLIENT_TIMEOUT]);
  return Math.max(0, (asked.success ? asked.data : DEFAULT_TIMEOUT_MS) - HEAD_START_MS);
}

function noSession(queue: Queue): BrokerError {
  return new BrokerError(
    'com.microsoft:timeout',
    `The operation did not complete within the allotted time: no session of '${queue.path}' became available.`,
  );
}

/** True the first time. */
function once(run: () => void): () => boolean {
  let isDone = false;
  return () => {
    if (isDone) return false;
    isDone = true;
    run();
    return true;
  };
}

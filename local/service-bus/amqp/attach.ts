/**
 * Attaching a receiver: to an entity, or to one of its sessions, named or the next free one. A refusal is an attach
 * followed by a detach with the reason, because AMQP has no refused attach.
 */
import { BrokerError, sessionLockLost } from '../engine/errors.ts';
import type { Queue } from '../engine/queue.ts';
import type { Session, SessionHolder } from '../engine/sessions.ts';
import { type Attaching, refuse } from './attaching.ts';
import type { Client } from './client.ts';
import { toCondition } from './errors.ts';
import { serveReceiver } from './receive.ts';
import { type SenderLink, types } from './rhea.ts';
import { SESSION_FILTER, wantedSession } from './session-filter.ts';
import { ticks } from './values.ts';
import { waitForSession } from './wait-for-session.ts';

export function attachReceiver(attaching: Attaching, path: string): void {
  const { link, namespace } = attaching;
  try {
    // The client asks for its settle modes and checks that it got them.
    link.local.attach.snd_settle_mode = link.remote.attach.snd_settle_mode ?? 2;
    link.local.attach.rcv_settle_mode = link.remote.attach.rcv_settle_mode ?? 0;
    link.set_source({ address: path });
    attachTo(namespace.queue(path), attaching);
  } catch (error) {
    refuse(link, error);
  }
}

function attachTo(queue: Queue, attaching: Attaching): void {
  const wanted = wantedSession(attaching.link);
  if (queue.settings.requiresSession !== (wanted.kind !== 'none')) throw sessionMismatch(queue);
  switch (wanted.kind) {
    case 'none':
      startPlain(queue, attaching);
      break;
    case 'named':
      grant(queue, queue.delivery.sessions.open(wanted.id), attaching);
      break;
    case 'next':
      attachToNext(queue, attaching);
  }
}

function attachToNext(queue: Queue, attaching: Attaching): void {
  const free = queue.delivery.sessions.nextFree();
  if (free) grant(queue, free, attaching);
  else waitForSession(queue, attaching, (session) => grant(queue, session, attaching));
}

function startPlain(queue: Queue, { link, client, turn }: Attaching): void {
  const consumer = serveReceiver({ link, queue, turn });
  const detach = () => queue.delivery.detach(consumer);
  // Message locks outlive the link: the client may still settle through $management. They end with the connection.
  onEnd(link, client, { closed: detach, lost: detach });
}

/** Refuses with session-cannot-be-locked when somebody else holds the session. */
function grant(queue: Queue, session: Session, { link, client, turn }: Attaching): void {
  const holder: SessionHolder = { lost: () => link.close(toCondition(sessionLockLost(session.id))) };
  queue.delivery.sessions.accept(session, holder);
  link.set_source({ address: queue.path, filter: { [SESSION_FILTER]: types.wrap_string(session.id) } });
  link.local.attach.properties = { 'com.microsoft:locked-until-utc': ticks(session.until) };
  const consumer = serveReceiver({ link, queue, turn, session });
  const end = (how: 'closed' | 'failed') => () => {
    queue.delivery.detach(consumer);
    queue.delivery.releaseSession(session, holder, how);
  };
  onEnd(link, client, { closed: end('closed'), lost: end('failed') });
}

function onEnd(
  link: SenderLink,
  client: Client,
  ends: { readonly closed: () => void; readonly lost: () => void },
): void {
  client.onLost(link, ends.lost);
  link.on('sender_close', () => {
    client.forget(link);
    ends.closed();
  });
}

function sessionMismatch(queue: Queue): BrokerError {
  return new BrokerError(
    'amqp:not-allowed',
    queue.settings.requiresSession
      ? `The entity '${queue.path}' requires sessions: accept a session to receive from it.`
      : `The entity '${queue.path}' does not support sessions.`,
  );
}

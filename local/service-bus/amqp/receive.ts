/**
 * Links on which clients receive. Hands out what the engine dispatches, as far as the client gave credit and rhea has
 * room, and turns dispositions into settlements.
 *
 * Two facts about rhea shape this file:
 * - It keeps deliveries in a ring of 2048 per session and frees a slot when both sides have settled. Clients in settle
 *   mode "second" never say so: we mark their side settled with our answer, or the link stalls after 2048 messages.
 * - It answers a drain only while credit is left. The client closes a link whose drain is not answered in 200 ms.
 */
import type { Consumer } from '../engine/consumers.ts';
import type { Lock } from '../engine/locks.ts';
import type { Settlement, StoredMessage } from '../engine/message.ts';
import type { Queue } from '../engine/queue.ts';
import type { Session } from '../engine/sessions.ts';
import type { Turn } from '../engine/turn.ts';
import { accepted, rejected } from './errors.ts';
import { tokenToDeliveryTag } from './lock-token.ts';
import { toWire } from './message-codec.ts';
import type { Delivery, DeliveryContext, SenderLink } from './rhea.ts';
import { fromModified, fromRejected } from './settlement.ts';

/** snd-settle-mode "settled": the message is gone when it is sent. */
const PRE_SETTLED = 1;

export interface Receiving {
  readonly link: SenderLink;
  readonly queue: Queue;
  readonly turn: Turn;
  readonly session?: Session;
}

/** Starts serving the link; the consumer must be detached when it ends. */
export function serveReceiver({ link, queue, turn, session }: Receiving): Consumer {
  const locks = new WeakMap<Delivery, Lock>();
  const consumer: Consumer = {
    mode: link.remote.attach.snd_settle_mode === PRE_SETTLED ? 'receiveAndDelete' : 'peekLock',
    owner: link.connection,
    ...(session && { session }),
    credit: () => creditOf(link),
    deliver: (message, lock) => deliver(link, locks, message, lock),
  };
  onFlow(link, queue, turn);
  onDisposition(link, locks, queue, turn);
  queue.delivery.attach(consumer);
  return consumer;
}

/** What rhea has accepted but not yet written has used its credit already. */
function creditOf(link: SenderLink): number {
  const { outgoing } = link.session;
  if (!link.is_open() || outgoing.available() <= 0) return 0;
  return link.credit - (outgoing.next_delivery_id - outgoing.next_pending_delivery);
}

function deliver(
  link: SenderLink,
  locks: WeakMap<Delivery, Lock>,
  message: StoredMessage,
  lock?: Lock,
): void {
  const delivery = link.send(toWire(message, lock?.until), lock && tokenToDeliveryTag(lock.token), 0);
  if (lock) locks.set(delivery, lock);
}

function onFlow(link: SenderLink, queue: Queue, turn: Turn): void {
  link._get_drain = () => drain(link);
  link.on('sender_flow', () => {
    queue.delivery.creditAdded();
    if (!link._draining) return;
    // Everything that can be delivered goes out first: an answered drain says there is nothing more.
    turn.whenCommitted(() => {
      link.set_drained(true);
      link.connection._register();
    });
  });
}

function drain(link: SenderLink): boolean {
  if (!link._draining || !link._drained) return false;
  link.delivery_count += link.credit;
  link.credit = 0;
  link._draining = false;
  return true;
}

function onDisposition(link: SenderLink, locks: WeakMap<Delivery, Lock>, queue: Queue, turn: Turn): void {
  const settle = (read: (state: unknown) => Settlement) => (context: DeliveryContext) => {
    const { delivery } = context;
    const lock = locks.get(delivery);
    if (!lock || delivery.settled) return;
    try {
      queue.delivery.settle(lock, read(delivery.remote_state));
      turn.whenCommitted(() => conclude(delivery, accepted()));
    } catch (error) {
      conclude(delivery, rejected(error));
    }
  };
  link.on(
    'accepted',
    settle(() => ({ kind: 'complete' })),
  );
  link.on(
    'released',
    settle(() => ({ kind: 'abandon', properties: {} })),
  );
  link.on('modified', settle(fromModified));
  link.on('rejected', settle(fromRejected));
}

/** The outcome is always "accepted" when it was done: the client takes its own "rejected" echoed back for a failure. */
function conclude(delivery: Delivery, outcome: unknown): void {
  delivery.update(true, outcome);
  delivery.remote_settled = true;
}

/** What to do with a message once its document is read: protocol rules 3 and 5. Pure. */
import type { ClusterDocument } from '../domain/cluster.ts';
import type { ReconcileMessage } from '../queue/port.ts';

/** A delivery of the reconcile queue. `deliveryCount`: 0 on the first one. */
export interface Delivery {
  readonly message: ReconcileMessage;
  readonly deliveryCount: number;
}

export type Arrival =
  | { readonly kind: 'run' }
  /** Something newer has taken over; its own message is on the way. */
  | { readonly kind: 'drop' }
  /** This very pass committed and died before it sent the next message. */
  | { readonly kind: 'resend' };

export function arrivalOf(
  delivery: Delivery,
  document: Pick<ClusterDocument, 'wake' | 'nextAttemptAt'>,
): Arrival {
  const { message, deliveryCount } = delivery;
  if (deliveryCount > 0 && message.wake === document.wake - 1 && document.nextAttemptAt !== null) {
    return { kind: 'resend' };
  }
  return message.wake < document.wake ? { kind: 'drop' } : { kind: 'run' };
}

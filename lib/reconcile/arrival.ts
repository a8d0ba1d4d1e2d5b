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
  /** Its pass may have committed and died before what follows a commit, which is therefore done again. */
  | { readonly kind: 'resend' };

export function arrivalOf(
  { message, deliveryCount }: Delivery,
  document: Pick<ClusterDocument, 'wake' | 'nextAttemptAt'>,
): Arrival {
  if (message.wake >= document.wake) return { kind: 'run' };
  // Also when others have changed the cluster since: their message says nothing of what that pass left untold.
  return { kind: deliveryCount > 0 && document.nextAttemptAt !== null ? 'resend' : 'drop' };
}

/** A reconcile message with only the fields that a test is about. */
import type { ReconcileMessage } from '../../lib/queue/port.ts';

export function aReconcileMessage(fields: Partial<ReconcileMessage> = {}): ReconcileMessage {
  return { clusterId: 'c-1', reason: 'test', wake: 1, ...fields };
}

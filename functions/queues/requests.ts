/** Queue `requests`: commands of other systems. Return completes the message, a throw gives it back. */
import type { InvocationContext } from '@azure/functions';
import { handleRequest, type RequestsDeps } from '../../lib/requests/handle.ts';

export function requests(deps: () => RequestsDeps) {
  return async (body: unknown, context: InvocationContext): Promise<void> => {
    const { messageId, sequenceNumber, lockToken, correlationId } = context.triggerMetadata ?? {};
    await handleRequest(deps(), {
      body,
      messageId: text(messageId) ?? `sequence-${String(sequenceNumber)}`,
      lockToken: text(lockToken) ?? '',
      ...(text(correlationId) !== undefined && { correlationId: String(correlationId) }),
    });
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

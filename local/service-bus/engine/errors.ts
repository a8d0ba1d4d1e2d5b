/**
 * How the broker says no. The conditions are the ones the cloud sends; the client turns them into its error codes
 * (`com.microsoft:message-lock-lost` becomes `MessageLockLost`), so they may not be reworded.
 */

export type BrokerCondition =
  | 'amqp:not-found'
  | 'amqp:not-allowed'
  | 'amqp:not-implemented'
  | 'amqp:decode-error'
  | 'amqp:link:message-size-exceeded'
  | 'com.microsoft:message-not-found'
  | 'com.microsoft:message-lock-lost'
  | 'com.microsoft:session-lock-lost'
  | 'com.microsoft:session-cannot-be-locked'
  | 'com.microsoft:timeout';

export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly condition: BrokerCondition;

  constructor(condition: BrokerCondition, message: string, options?: ErrorOptions) {
    super(message, options);
    this.condition = condition;
  }
}

export function messageLockLost(): BrokerError {
  return new BrokerError(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );
}

export function sessionLockLost(sessionId: string): BrokerError {
  return new BrokerError(
    'com.microsoft:session-lock-lost',
    `The session lock has expired on the session '${sessionId}'. Accept the session again.`,
  );
}

export function messageNotFound(sequenceNumber: number): BrokerError {
  return new BrokerError(
    'com.microsoft:message-not-found',
    `The message with sequence number ${sequenceNumber} was not found.`,
  );
}

/**
 * A received message as the .NET extension hands it to a function (ServiceBusTriggerBindingStrategy.cs): the body, and
 * the trigger metadata in PascalCase, which the library camel-cases.
 */
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { TypedData } from '../core/contract.ts';
import { bytesToTypedData, toTypedData } from '../core/typed-data.ts';

/** The body of a message received with `skipParsingBodyAsJson`: bytes, unless the sender used an AMQP value. */
export function messageBody({ body }: ServiceBusReceivedMessage): TypedData {
  return body instanceof Uint8Array ? bytesToTypedData(body) : toTypedData(body);
}

export function messageMetadata(message: ServiceBusReceivedMessage): Readonly<Record<string, TypedData>> {
  const { applicationProperties = {}, subject } = message;
  const values: Readonly<Record<string, unknown>> = {
    MessageId: message.messageId === undefined ? undefined : String(message.messageId),
    CorrelationId: message.correlationId,
    ContentType: message.contentType,
    Subject: subject,
    Label: subject,
    To: message.to,
    ReplyTo: message.replyTo,
    ReplyToSessionId: message.replyToSessionId,
    SessionId: message.sessionId,
    PartitionKey: message.partitionKey,
    LockToken: message.lockToken,
    DeadLetterSource: message.deadLetterSource,
    DeadLetterReason: message.deadLetterReason,
    DeadLetterErrorDescription: message.deadLetterErrorDescription,
    SequenceNumber: message.sequenceNumber === undefined ? undefined : Number(message.sequenceNumber),
    // The .NET client counts deliveries from 1, the JavaScript client from 0.
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    EnqueuedTimeUtc: message.enqueuedTimeUtc?.toISOString(),
    ExpiresAtUtc: message.expiresAtUtc?.toISOString(),
    ApplicationProperties: applicationProperties,
    UserProperties: applicationProperties,
  };
  const present = Object.entries(values).filter(([, value]) => value != null);
  return Object.fromEntries(present.map(([name, value]) => [name, toTypedData(value)]));
}

/** The trace that sent the message: `traceparent`, or the property that the Azure clients write. */
export function messageTrace({ applicationProperties = {} }: ServiceBusReceivedMessage): string | undefined {
  const { traceparent, 'Diagnostic-Id': diagnosticId } = applicationProperties;
  return [traceparent, diagnosticId].find((value) => typeof value === 'string');
}

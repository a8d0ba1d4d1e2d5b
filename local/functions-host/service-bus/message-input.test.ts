import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { describe, expect, test } from '@jest/globals';
import { bytesToTypedData, fromTypedData } from '../core/typed-data.ts';
import { messageBody, messageMetadata, messageTrace } from './message-input.ts';

/** Only what the functions under test read. */
function aMessage(fields: Partial<ServiceBusReceivedMessage>): ServiceBusReceivedMessage {
  return {
    body: Buffer.from('{}'),
    _rawAmqpMessage: { bodyType: 'data', body: '' },
    state: 'active',
    ...fields,
  };
}

describe('a received message', () => {
  test.each([
    ['JSON text', Buffer.from('{"a":1}'), { string: '{"a":1}' }],
    ['text in UTF-8', Buffer.from('é'), { string: 'é' }],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]), { bytes: Buffer.from([0xff, 0xfe]) }],
    ['nothing', Buffer.alloc(0), { string: '' }],
    ['an AMQP string', 'plain', { string: 'plain' }],
    ['an AMQP map', { a: 1 }, { json: '{"a":1}' }],
  ])('hands %s over', (_what, body, expected) => {
    expect(messageBody(aMessage({ body }))).toEqual(expected);
  });

  test('tells what the host knows, deliveries counted from 1, and leaves out what is absent', () => {
    const enqueuedTimeUtc = new Date('2026-01-01T00:00:00.000Z');
    const metadata = messageMetadata(
      aMessage({ messageId: 'm', deliveryCount: 0, sessionId: 's', subject: 'why', enqueuedTimeUtc }),
    );
    expect(metadata).toEqual({
      MessageId: { string: 'm' },
      Subject: { string: 'why' },
      Label: { string: 'why' },
      SessionId: { string: 's' },
      DeliveryCount: { json: '1' },
      EnqueuedTimeUtc: { string: '2026-01-01T00:00:00.000Z' },
      ApplicationProperties: { json: '{}' },
      UserProperties: { json: '{}' },
    });
  });

  test.each([
    [{ traceparent: 't', 'Diagnostic-Id': 'd' }, 't'],
    [{ 'Diagnostic-Id': 'd' }, 'd'],
    [{ traceparent: 7 }, undefined],
    [{}, undefined],
  ])('finds the trace of its sender in %j', (applicationProperties, expected) => {
    expect(messageTrace(aMessage({ applicationProperties }))).toBe(expected);
  });
});

describe('typed data', () => {
  test.each([
    [{ json: '{"a":1}' }, { a: 1 }],
    [{ string: '{"a":1}' }, '{"a":1}'],
    [{ int: 0 }, 0],
    [{ double: 1.5 }, 1.5],
    [null, undefined],
    [{}, undefined],
  ])('%j is read as %j', (data, expected) => {
    expect(fromTypedData(data)).toEqual(expected);
  });

  test('keeps a byte order mark, which is part of the text', () => {
    expect(bytesToTypedData(Buffer.from('\uFEFFx'))).toEqual({ string: '\uFEFFx' });
  });
});

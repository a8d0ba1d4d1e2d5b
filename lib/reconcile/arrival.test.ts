import { expect, test } from '@jest/globals';
import { arrivalOf } from './arrival.ts';

const due = '2026-11-20T12:00:00.000Z';

test.each([
  ['the message that the document waits for', 5, 0, 5, due, 'run'],
  ['a nudge that the document has not seen', 6, 0, 5, due, 'run'],
  ['one that something newer has replaced', 4, 0, 5, due, 'drop'],
  ['a redelivery of a pass that committed and died', 4, 1, 5, due, 'resend'],
  ['a redelivery of a pass that died before it committed', 5, 1, 5, due, 'run'],
  ['a redelivery of such a pass after a change from outside', 3, 1, 5, due, 'resend'],
  ['a redelivery when nothing is scheduled', 4, 1, 5, null, 'drop'],
] as const)('%s', (_what, wake, deliveryCount, documentWake, nextAttemptAt, kind) => {
  const delivery = { message: { clusterId: 'c', reason: 'r', wake }, deliveryCount };
  expect(arrivalOf(delivery, { wake: documentWake, nextAttemptAt })).toEqual({ kind });
});

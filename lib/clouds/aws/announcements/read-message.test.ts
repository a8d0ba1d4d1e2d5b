import { describe, expect, test } from '@jest/globals';
import { readMessage } from './read-message.ts';

const MACHINE = 'i-0123456789abcdef0';
const TIME = '2026-11-20T12:00:00Z';

const message = (kind: string, detail: unknown) =>
  JSON.stringify({ version: '0', id: 'x', 'detail-type': kind, source: 'aws.ec2', time: TIME, detail });

const kinds = (kind: string, detail: unknown) =>
  readMessage(message(kind, detail))?.map(({ machineId, notice }) => [machineId, notice.kind, notice.at]);

const AT = '2026-11-20T12:00:00.000Z';

describe('what EventBridge says', () => {
  test.each([
    [
      'EC2 Spot Instance Interruption Warning',
      { 'instance-id': MACHINE, 'instance-action': 'terminate' },
      [[MACHINE, 'interruption', AT]],
    ],
    ['EC2 Instance Rebalance Recommendation', { 'instance-id': MACHINE }, [[MACHINE, 'rebalance', AT]]],
    [
      'EC2 Instance State-change Notification',
      { 'instance-id': MACHINE, state: 'shutting-down' },
      [[MACHINE, 'state-change', AT]],
    ],
    ['EC2 Instance State-change Notification', { 'instance-id': MACHINE, state: 'running' }, []],
    [
      'AWS Health Event',
      {
        service: 'EC2',
        eventTypeCategory: 'scheduledChange',
        eventTypeCode: 'AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED',
        startTime: 'Sat, 05 Dec 2026 15:05:00 GMT',
        affectedEntities: [{ entityValue: MACHINE }, { entityValue: 'arn:something' }],
      },
      [[MACHINE, 'maintenance', AT]],
    ],
    [
      'AWS Health Event',
      { service: 'S3', eventTypeCategory: 'issue', eventTypeCode: 'AWS_S3_OPERATIONAL_ISSUE' },
      [],
    ],
  ])('%s', (kind, detail, expected) => {
    expect(kinds(kind, detail)).toEqual(expected);
  });

  test.each([
    ['no JSON', '{"detail-type":'],
    ['no envelope', '"hello"'],
    ['a kind that nobody asked for', message('Object Created', {})],
    ['a detail of another shape', message('EC2 Spot Instance Interruption Warning', { 'instance-id': 7 })],
    ['an id that is none', message('EC2 Instance Rebalance Recommendation', { 'instance-id': '../../x' })],
  ])('cannot be read: %s', (_what, body) => {
    expect(readMessage(body)).toBeUndefined();
  });
});

import { describe, expect, test } from '@jest/globals';
import { fitsPattern, parsePattern } from './event-pattern.ts';

const event = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  resources: ['arn:aws:ec2:us-east-1:1:instance/i-1'],
  detail: { state: 'running' },
};

function fits(pattern: object): boolean {
  const parsed = parsePattern(JSON.stringify(pattern));
  if (!parsed) throw new Error('No pattern');
  return fitsPattern(parsed, event);
}

describe('fitsPattern', () => {
  test.each<[object, boolean]>([
    [{ source: ['aws.ec2'] }, true],
    [{ source: ['aws.health', 'aws.ec2'] }, true],
    [{ source: ['aws.ec2'], detail: { state: ['stopped'] } }, false],
    [{ detail: { state: ['running', 'stopped'] } }, true],
    [{ resources: [{ prefix: 'arn:aws:ec2' }] }, true],
    [{ resources: [{ suffix: 'i-2' }] }, false],
    [{ 'detail-type': [{ 'equals-ignore-case': 'ec2 instance STATE-change notification' }] }, true],
    [{ detail: { 'instance-id': [{ exists: true }] } }, false],
    [{ detail: { 'instance-id': [{ exists: false }] } }, true],
    [{ detail: { state: [{ 'anything-but': ['pending'] }] } }, true],
    [{ detail: { state: [{ 'anything-but': 'running' }] } }, false],
    [{ account: { name: ['x'] } }, false],
  ])('%j: %s', (pattern, expected) => {
    expect(fits(pattern)).toBe(expected);
  });
});

test.each(['{}', '[]', 'x', '{"source":"aws.ec2"}', '{"source":[]}', '{"source":[{"like":"x"}]}'])(
  'EventBridge would not take %s',
  (text) => {
    expect(parsePattern(text)).toBeUndefined();
  },
);

/** What EC2 is asked about instances, and what its answers become. */
import { describe, expect, test } from '@jest/globals';
import { anAwsWire } from '../../../../test/builders/aws-wire.ts';
import type { InstanceOrder } from './port.ts';
import { openInstances } from './sdk-instances.ts';

const UID = 'u1';
const tagged = `<tagSet><item><key>slipway:cluster-uid</key><value>${UID}</value></item></tagSet>`;
const instance = (state: string, more = '') =>
  `<item><instanceId>i-1</instanceId><instanceState><name>${state}</name></instanceState><instanceType>m5.large</instanceType><launchTime>2026-11-20T12:00:00.000Z</launchTime><placement><availabilityZone>eu-central-1a</availabilityZone></placement>${tagged}${more}</item>`;
const reservations = (...instances: readonly string[]) =>
  `<reservationSet><item><instancesSet>${instances.join('')}</instancesSet></item></reservationSet>`;

const order: InstanceOrder = {
  token: 't',
  imageId: 'ami-1',
  instanceType: 'm5.large',
  keyName: 'default',
  subnetId: 'subnet-1',
  groupIds: ['sg-1'],
  publicIp: false,
  root: { device: '/dev/sda1', type: 'gp3', sizeGiB: 60 },
  hopLimit: 2,
  tags: {},
};

describe('listing', () => {
  test('by the uid, page after page', async () => {
    const { session, sent } = anAwsWire({
      DescribeInstances: [`${reservations(instance('running'))}<nextToken>2</nextToken>`, reservations()],
    });
    const seen = await openInstances(session, UID).list();
    expect(seen).toMatchObject({ ok: true, value: [{ id: 'i-1', state: 'running', spot: false }] });
    expect(sent).toEqual([
      {
        operation: 'DescribeInstances',
        'Filter.1.Name': 'tag:slipway:cluster-uid',
        'Filter.1.Value.1': UID,
      },
      {
        operation: 'DescribeInstances',
        'Filter.1.Name': 'tag:slipway:cluster-uid',
        'Filter.1.Value.1': UID,
        NextToken: '2',
      },
    ]);
  });

  test.each([
    ['pending', 'launching'],
    ['running', 'running'],
    ['stopping', 'stopped'],
    ['stopped', 'stopped'],
    ['shutting-down', 'leaving'],
    ['terminated', 'gone'],
  ])('%s is %s', async (name, state) => {
    const { session } = anAwsWire({ DescribeInstances: [reservations(instance(name))] });
    expect(await openInstances(session, UID).list()).toMatchObject({ value: [{ state }] });
  });

  test.each([
    ['a spot instance', '<instanceLifecycle>spot</instanceLifecycle>', { spot: true }],
    [
      'its name and address',
      '<privateDnsName>ip-10-0-0-1.test</privateDnsName><ipAddress>198.51.100.1</ipAddress>',
      { privateName: 'ip-10-0-0-1.test', publicIp: '198.51.100.1' },
    ],
  ])('%s', async (_title, more, expected) => {
    const { session } = anAwsWire({ DescribeInstances: [reservations(instance('running', more))] });
    expect(await openInstances(session, UID).list()).toMatchObject({ value: [expected] });
  });

  test('why one ended, in one piece', async () => {
    const reason =
      '<stateReason><code>Server.SpotInstanceTermination</code><message>taken back</message></stateReason>';
    const { session } = anAwsWire({
      DescribeInstances: [reservations(instance('terminated', reason), instance('running', reason))],
    });
    const seen = await openInstances(session, UID).list();
    expect(seen.ok && seen.value.map(({ endedBecause }) => endedBecause)).toEqual([
      'Server.SpotInstanceTermination: taken back',
      undefined,
    ]);
  });
});

describe('a launch that is refused', () => {
  test.each([
    ['InsufficientInstanceCapacity', 500, '', 'CapacityUnavailable'],
    ['VcpuLimitExceeded', 400, '', 'QuotaExceeded'],
    ['IdempotentParameterMismatch', 400, '', 'Conflict'],
    ['InvalidSubnetID.NotFound', 400, '', 'Conflict'],
    ['InvalidGroup.NotFound', 400, '', 'Conflict'],
    [
      'InvalidParameterValue',
      400,
      'Value (slip-shop-node) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
      'Conflict',
    ],
    ['InvalidParameterValue', 400, 'Invalid availability zone', 'InvalidRequest'],
    ['InvalidKeyPair.NotFound', 400, '', 'NotFound'],
  ])('%s %i %s: %s', async (code, status, message, expected) => {
    const { session } = anAwsWire({ RunInstances: [{ code, status, message }] });
    const started = await openInstances(session, UID).run(order);
    expect(started).toMatchObject({ ok: false, error: { code: expected } });
  });

  test('an acceptance without an instance is an unknown outcome', async () => {
    const { session } = anAwsWire({ RunInstances: ['<instancesSet/>'] });
    expect(await openInstances(session, UID).run(order)).toMatchObject({
      ok: false,
      error: { code: 'Unknown', outcomeUnknown: true },
    });
  });
});

describe('ending', () => {
  test('fifty at a time', async () => {
    const { session, sent } = anAwsWire();
    const ids = Array.from({ length: 51 }, (_, index) => `i-${index}`);
    expect(await openInstances(session, UID).terminate(ids)).toEqual({ ok: true, value: undefined });
    expect(sent.map((call) => Object.keys(call).length - 1)).toEqual([50, 1]);
  });

  test('one that is gone does not keep the others', async () => {
    const gone = { code: 'InvalidInstanceID.NotFound' };
    const { session, sent } = anAwsWire({ TerminateInstances: [gone, gone] });
    expect(await openInstances(session, UID).terminate(['i-1', 'i-2'])).toEqual({
      ok: true,
      value: undefined,
    });
    expect(sent.map((call) => [call['InstanceId.1'], call['InstanceId.2']])).toEqual([
      ['i-1', 'i-2'],
      ['i-1', undefined],
      ['i-2', undefined],
    ]);
  });

  test('a refusal stays one', async () => {
    const { session } = anAwsWire({ TerminateInstances: [{ code: 'UnauthorizedOperation', status: 403 }] });
    expect(await openInstances(session, UID).terminate(['i-1'])).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized' },
    });
  });
});

describe('the console', () => {
  test.each([
    ['what it has', [`<output>${Buffer.from('booted').toString('base64')}</output>`], 'booted'],
    ['nothing yet', ['<output></output>'], undefined],
    ['an instance that is gone', [{ code: 'InvalidInstanceID.NotFound' }], undefined],
    [
      'one that is not built on Nitro',
      [{ code: 'UnsupportedOperation' }, `<output>${Buffer.from('old').toString('base64')}</output>`],
      'old',
    ],
  ])('%s', async (_title, answers, expected) => {
    const { session } = anAwsWire({ GetConsoleOutput: answers });
    expect(await openInstances(session, UID).console('i-1')).toEqual({ ok: true, value: expected });
  });
});

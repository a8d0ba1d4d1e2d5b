import {
  CancelSpotInstanceRequestsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { type AwsHarness, awsHarness, MINUTE, REGION } from '../harness.ts';
import { withNetwork } from './launch-harness.ts';

const ZONE = `${REGION}a`;
const spotAt = (MaxPrice: string) =>
  ({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice } } }) as const;
const rise = (percent: number) =>
  ({ fault: 'spot-price', instanceType: 'm5.large', zone: ZONE, percent }) as const;

const inForce = async ({ ec2, clock }: AwsHarness, more: object = {}) => {
  const { SpotPriceHistory, NextToken } = await ec2.send(
    new DescribeSpotPriceHistoryCommand({
      InstanceTypes: ['m5.large'],
      ProductDescriptions: ['Linux/UNIX'],
      StartTime: new Date(clock.now()),
      ...more,
    }),
  );
  return { prices: SpotPriceHistory?.map((each) => [each.AvailabilityZone, each.SpotPrice]), NextToken };
};

describe('the price history', () => {
  test('a start in the present gives the price in force per zone, and an empty token', async () => {
    const aws = awsHarness();
    expect(await inForce(aws)).toEqual({
      prices: ['a', 'b', 'c'].map((zone) => [`${REGION}${zone}`, '0.040320']),
      NextToken: '',
    });
  });

  test('a fault moves the price of one zone and its end moves it back', async () => {
    const aws = awsHarness();
    const { id } = aws.simulator.addFault(rise(90));
    aws.clock.advance(MINUTE);
    expect((await inForce(aws, { AvailabilityZone: ZONE })).prices).toEqual([[ZONE, '0.103680']]);
    expect((await inForce(aws, { AvailabilityZone: `${REGION}b` })).prices?.[0]?.[1]).toBe('0.040320');
    aws.simulator.removeFault(id);
    const all = await aws.ec2.send(
      new DescribeSpotPriceHistoryCommand({
        InstanceTypes: ['m5.large'],
        AvailabilityZone: ZONE,
        StartTime: new Date(aws.clock.now() - 2 * MINUTE),
      }),
    );
    expect(
      all.SpotPriceHistory?.map(({ SpotPrice, Timestamp }) => [SpotPrice, Timestamp?.toISOString()]),
    ).toEqual([
      ['0.040320', '2026-11-20T12:01:00.000Z'],
      ['0.103680', '2026-11-20T12:00:00.000Z'],
      ['0.040320', '2026-11-20T00:00:00.000Z'],
    ]);
  });

  test('there is none for other products', async () => {
    expect((await inForce(awsHarness(), { ProductDescriptions: ['Windows'] })).prices).toEqual([]);
  });
});

describe('spot instances', () => {
  test('one that is outbid runs two more minutes, and says why it ended', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId, InstanceLifecycle } = await run(spotAt('0.0600'));
    expect(InstanceLifecycle).toBe('spot');
    aws.clock.advance(MINUTE);
    aws.simulator.addFault(rise(90));
    aws.clock.advance(2 * MINUTE - 1);
    expect((await look(InstanceId)).State?.Name).toBe('running');
    aws.clock.advance(1);
    expect(await look(InstanceId)).toMatchObject({
      State: { Name: 'shutting-down' },
      StateReason: { Code: 'Server.SpotInstanceTermination' },
    });
  });

  test('a price that stays below the bid, or moves elsewhere, changes nothing', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId } = await run(spotAt('0.0600'));
    const onDemand = await run();
    aws.clock.advance(MINUTE);
    aws.simulator.addFault(rise(50));
    aws.simulator.addFault({ ...rise(200), zone: `${REGION}b` });
    aws.simulator.addFault({ ...rise(200), instanceType: 'm5.xlarge' });
    aws.clock.advance(5 * MINUTE);
    expect((await look(InstanceId)).State?.Name).toBe('running');
    expect((await look(onDemand.InstanceId)).State?.Name).toBe('running');
  });

  test('a lost spot instance is warned, too', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId = '' } = await run(spotAt('0.0600'));
    aws.clock.advance(MINUTE);
    aws.simulator.addFault({ fault: 'instance-loss', id: InstanceId });
    expect((await look(InstanceId)).State?.Name).toBe('running');
    aws.clock.advance(3 * MINUTE);
    expect((await look(InstanceId)).StateReason?.Code).toBe('Server.SpotInstanceTermination');
  });

  test('whoever terminates it within the warning ends it first', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId = '' } = await run(spotAt('0.0600'));
    aws.clock.advance(MINUTE);
    aws.simulator.addFault(rise(90));
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    aws.clock.advance(MINUTE);
    expect(await look(InstanceId)).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
    });
  });

  test('requests tell of it; cancelling one leaves the instance alone', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const first = await run(spotAt('0.0600'));
    const second = await run(spotAt('0.2000'));
    aws.clock.advance(MINUTE);
    aws.simulator.addFault(rise(90));
    const SpotInstanceRequestIds = [second.SpotInstanceRequestId ?? ''];
    await aws.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds }));
    aws.clock.advance(5 * MINUTE);
    const { SpotInstanceRequests } = await aws.ec2.send(new DescribeSpotInstanceRequestsCommand({}));
    expect(
      SpotInstanceRequests?.map(({ InstanceId, State, Status }) => [InstanceId, State, Status?.Code]),
    ).toEqual([
      [first.InstanceId, 'closed', 'instance-terminated-by-price'],
      [second.InstanceId, 'cancelled', 'request-canceled-and-instance-running'],
    ]);
    expect((await look(second.InstanceId)).State?.Name).toBe('running');
  });
});

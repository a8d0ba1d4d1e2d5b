import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
} from '@aws-sdk/client-service-quotas';
import { expect, test } from '@jest/globals';
import { codeOf } from '../compute/launch-harness.ts';
import { awsHarness } from '../harness.ts';

test.each([
  ['ec2', 'L-1216C47A', 256],
  ['ec2', 'L-34B43A08', 128],
  ['ec2', 'L-0263D0A3', 15],
  ['vpc', 'L-F678F1CE', 5],
  ['vpc', 'L-FE5A380F', 5],
  ['elasticloadbalancing', 'L-69A177A2', 50],
])('%s %s starts at %d', async (ServiceCode, QuotaCode, value) => {
  const { Quota } = await awsHarness().quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
  expect(Quota?.Value).toBe(value);
});

test('a fault is told at once, in its region, and leaves the default alone', async () => {
  const aws = awsHarness();
  const asked = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };
  aws.simulator.addFault({ fault: 'quota', region: 'eu-central-1', name: 'L-F678F1CE', limit: 1 });
  const value = async (region: string) =>
    (await aws.as(undefined, region).quotas.send(new GetServiceQuotaCommand(asked))).Quota?.Value;
  expect([await value('eu-central-1'), await value('us-east-1')]).toEqual([1, 5]);
  const { Quota } = await aws.quotas.send(new GetAWSDefaultServiceQuotaCommand(asked));
  expect(Quota?.Value).toBe(5);
});

test('a service has several, an unknown one none', async () => {
  const { quotas } = awsHarness();
  const { Quotas = [] } = await quotas.send(
    new ListServiceQuotasCommand({ ServiceCode: 'elasticloadbalancing' }),
  );
  expect(Quotas.map(({ QuotaCode }) => QuotaCode)).toEqual([
    'L-69A177A2',
    'L-53DA6B97',
    'L-E9E9831D',
    'L-B22855CB',
  ]);
  const unknown = new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: 'L-00000000' });
  expect(await codeOf(quotas.send(unknown))).toBe('NoSuchResourceException');
});

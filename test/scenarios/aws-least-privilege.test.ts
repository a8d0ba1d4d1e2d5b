/** The policy that we recommend is enough: a user with nothing else creates, changes and deletes clusters on EC2. */
import { expect, test } from '@jest/globals';
import { POLICY_STATEMENTS } from '../../lib/clouds/aws/permissions.ts';
import { putPrincipal } from '../../local/clouds/aws/core/principals.ts';
import { DEMO_ARN, DEMO_AWS } from '../../local/clouds/aws/seed.ts';
import { anAwsPool, ZONES } from '../builders/aws.ts';
import { type AwsWorld, aWorld, oneControlPlane, oneWorker } from './aws-fixture.ts';

const [ZONE_A, ZONE_B] = ZONES;
const zones = [ZONE_A, ZONE_B];

function withOurPolicyOnly({ aws }: AwsWorld): void {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: POLICY_STATEMENTS });
  aws.change((world) =>
    putPrincipal(world, {
      arn: DEMO_ARN,
      account: DEMO_AWS.accountId,
      userId: 'AIDASLIPWAYDEMO000001',
      policies: { Slipway: document },
    }),
  );
}

const refusals = ({ aws }: AwsWorld): readonly string[] =>
  aws.log.entries().flatMap(({ status, operation }) => (status === 401 || status === 403 ? [operation] : []));

test('[A217, A219] for a cluster that grows, is changed, hears of its machines and ends', async () => {
  const world = await aWorld({ spec: { pools: [oneControlPlane, oneWorker] } });
  withOurPolicyOnly(world);
  await world.converge();
  const spot = { maxBidPercent: 50, fallback: 'none' } as const;
  const cheap = anAwsPool({ name: 'cheap', size: 1, zones, capacity: 'spot', spot });
  await world.pools(
    { ...oneControlPlane, size: 3, zones },
    { ...oneWorker, instanceType: 'm5.xlarge', labels: { team: 'shop' } },
    cheap,
  );
  await world.converge();
  await world.change((spec) => ({ ...spec, tags: { 'cost-center': '42' } }));
  await world.hear();
  await world.converge();
  await world.pools({ ...oneControlPlane, size: 3, zones }, oneWorker);
  await world.converge();
  await world.delete();
  expect(world.aws.inventory()).toEqual([]);
  expect(refusals(world)).toEqual([]);
});

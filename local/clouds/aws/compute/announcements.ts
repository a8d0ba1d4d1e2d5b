/**
 * What EC2 and the health service announce of instances: docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 * and docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { World } from '../core/world.ts';
import { publish } from '../events/store.ts';
import type { InstanceState } from './instance-life.ts';
import type { Instance, Maintenance } from './model.ts';

const instanceArn = ({ region, account, id }: Instance): string =>
  `arn:aws:ec2:${region}:${account}:instance/${id}`;

function tell(
  world: World,
  instance: Instance,
  at: EpochMs,
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
): void {
  const { account, region } = instance;
  const resources = [instanceArn(instance)];
  publish(world, { account, region, source: 'aws.ec2', detailType, at, resources, detail });
}

export const tellState = (world: World, instance: Instance, state: InstanceState, at: EpochMs): void =>
  tell(world, instance, at, 'EC2 Instance State-change Notification', { 'instance-id': instance.id, state });

export const tellInterruption = (world: World, instance: Instance, at: EpochMs): void =>
  tell(world, instance, at, 'EC2 Spot Instance Interruption Warning', {
    'instance-id': instance.id,
    'instance-action': 'terminate',
  });

export const tellRebalance = (world: World, instance: Instance, at: EpochMs): void =>
  tell(world, instance, at, 'EC2 Instance Rebalance Recommendation', { 'instance-id': instance.id });

const RETIREMENT = 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED';

export function tellMaintenance(
  world: World,
  instance: Instance,
  maintenance: Maintenance,
  at: EpochMs,
): void {
  const { account, region, id } = instance;
  const { eventId, code, notBefore, notAfter } = maintenance;
  publish(world, {
    account,
    region,
    source: 'aws.health',
    detailType: 'AWS Health Event',
    at,
    resources: [id],
    detail: {
      eventArn: `arn:aws:health:${region}::event/EC2/${RETIREMENT}/${eventId}`,
      service: 'EC2',
      eventTypeCode: RETIREMENT,
      eventTypeCategory: 'scheduledChange',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      startTime: new Date(notBefore).toUTCString(),
      endTime: new Date(notAfter).toUTCString(),
      statusCode: 'upcoming',
      eventRegion: region,
      affectedAccount: account,
      eventDescription: [
        { language: 'en_US', latestDescription: `EC2 has scheduled ${code} of one of your instances.` },
      ],
      affectedEntities: [{ entityValue: id, status: 'PENDING' }],
    },
  });
}

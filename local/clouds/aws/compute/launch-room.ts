/** Whether there is room for more instances: vCPU quotas of the account, and what the zone has left of a type. */
import { findInstanceType, type InstanceType, type QuotaClass } from '../catalogue/instance-types.ts';
import type { QuotaName } from '../catalogue/quotas.ts';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { quota } from '../core/quotas.ts';
import { allOf } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { holdsCapacity } from './instance-life.ts';
import { INSTANCE } from './kinds.ts';

type Market = 'on-demand' | 'spot';

export interface Room {
  readonly type: InstanceType;
  readonly zone: string;
  readonly market: Market;
  readonly count: number;
}

const LIMITS = {
  'on-demand': {
    standard: 'onDemandStandard',
    graphics: 'onDemandGraphics',
    training: 'onDemandTraining',
  },
  spot: { standard: 'spotStandard', graphics: 'spotGraphics', training: 'spotTraining' },
} as const satisfies Record<Market, Record<QuotaClass, QuotaName>>;

/** Throws VcpuLimitExceeded, MaxSpotInstanceCountExceeded. Pending and running instances count. */
export function checkVcpus(world: World, call: Call, { type, market, count }: Room): void {
  const used = allOf(world, INSTANCE, call)
    .filter(({ spot }) => (market === 'spot') === (spot !== undefined))
    .filter((instance) => holdsCapacity(instance, call.nowMs))
    .map(({ instanceType }) => findInstanceType(instanceType))
    .reduce((sum, each) => sum + (each?.quotaClass === type.quotaClass ? each.vCpus : 0), 0);
  const limit = quota(world, call, LIMITS[market][type.quotaClass]);
  if (used + count * type.vCpus <= limit) return;
  if (market === 'spot')
    throw new AwsFault('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  throw new AwsFault(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}

/** Throws InsufficientInstanceCapacity. Instances that were started under a fault take from what it left. */
export function checkCapacity(world: World, call: Call, { type, zone, count }: Room): void {
  const rules = world.faults
    .capacityOf(type.name, call.region)
    .filter((rule) => rule.zone === undefined || rule.zone === zone);
  for (const rule of rules) {
    const taken = allOf(world, INSTANCE, call).filter(
      (instance) =>
        instance.instanceType === type.name &&
        instance.launchedAt >= rule.createdAt &&
        (rule.zone === undefined || instance.zone === rule.zone) &&
        holdsCapacity(instance, call.nowMs),
    );
    if (taken.length + count > rule.available) throw noCapacity(type, zone);
  }
}

const noCapacity = ({ name }: InstanceType, zone: string): AwsFault =>
  new AwsFault(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${name} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${name} capacity by not specifying an Availability Zone in your request or choosing another one.`,
  );

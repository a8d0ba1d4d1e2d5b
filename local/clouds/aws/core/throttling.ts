/** Token buckets per account, region and action. */
import type { Service } from '../wire/services.ts';
import { type Call, placeKey } from './call.ts';
import { AwsFault } from './fault.ts';
import type { LimitName } from './settings.ts';
import type { World } from './world.ts';

const READS = /^(?:Describe|Get|List|Simulate|Decode|Lookup)/;
const MESSAGES = /^(?:Receive|Send|Delete|Change)Message/;

export const throttledFault = ({ manner }: Service): AwsFault =>
  new AwsFault(
    manner.throttled,
    manner.throttled === 'RequestLimitExceeded' ? 'Request limit exceeded.' : 'Rate exceeded',
  );

/** Throws when the bucket is empty. */
export function throttle(world: World, call: Call, service: Service): void {
  const key = `${placeKey(call)}/${call.service}/${call.operation}`;
  const rule = world.settings.limits[limitOf(call)];
  if (!world.buckets.take(key, rule, call.nowMs).ok) throw throttledFault(service);
}

function limitOf({ service, operation, params }: Call): LimitName {
  const isRead = READS.test(operation);
  if (service === 'sqs' && MESSAGES.test(operation)) return 'messages';
  if (service !== 'ec2') return isRead ? 'otherReads' : 'otherWrites';
  if (operation === 'RunInstances') return 'RunInstances';
  if (!isRead) return 'writes';
  return isUnfiltered(params) ? 'unfilteredReads' : 'reads';
}

const isUnfiltered = (params: unknown): boolean =>
  typeof params === 'object' &&
  params !== null &&
  Object.keys(params).every((name) => name === 'MaxResults' || name === 'NextToken');

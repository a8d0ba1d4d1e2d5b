/**
 * How fast AWS lets calls come, per account, region and action: docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 * Other services document no numbers; they get the quieter of EC2's.
 */
import type { CloudCall, Rate } from '../port.ts';

const USUAL = {
  read: { burst: 100, perSecond: 20 },
  write: { burst: 50, perSecond: 5 },
} as const satisfies Record<CloudCall['verb'], Rate>;

const STRICTER: Readonly<Record<string, Rate>> = {
  'EC2:RunInstances': { burst: 5, perSecond: 2 },
  'EC2:CreateNatGateway': { burst: 10, perSecond: 1 },
  'ElasticLoadBalancingV2:CreateLoadBalancer': { burst: 10, perSecond: 1 },
};

export function rateOf({ verb, family }: Pick<CloudCall, 'verb' | 'family'>): Rate {
  return STRICTER[family] ?? USUAL[verb];
}

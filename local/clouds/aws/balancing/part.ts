/** Load balancing of this AWS. */
import type { Part } from '../core/operation.ts';
import { everywhere } from '../core/shelf.ts';
import type { InventoryItem } from '../core/target.ts';
import type { World } from '../core/world.ts';
import { CLASSIC } from './classic.ts';
import { classicOperations } from './classic-operations.ts';
import { listenerOperations } from './listeners.ts';
import { balancerOperations, balancerState } from './load-balancers.ts';
import { BALANCER, TARGET_GROUP } from './model.ts';
import { balancingTagOperations } from './tags.ts';
import { targetGroupOperations } from './target-groups.ts';
import { targetOperations, targetsDue } from './targets.ts';
import { zonesDue } from './zones.ts';

/** Listeners come and go with their load balancer. */
function inventory(world: World): readonly InventoryItem[] {
  const now = world.clock.now();
  const item = (
    kind: string,
    { region, id, tags }: Pick<InventoryItem, 'region' | 'id' | 'tags'>,
    name: string,
    state: string,
  ): InventoryItem => ({ cloud: 'aws', region, kind, id, name, tags, state });
  return [
    ...everywhere(world, BALANCER).map((each) =>
      item('AWS::ElasticLoadBalancingV2::LoadBalancer', each, each.name, balancerState(each, now)),
    ),
    ...everywhere(world, CLASSIC).map((each) =>
      item('AWS::ElasticLoadBalancing::LoadBalancer', each, each.name, 'available'),
    ),
    ...everywhere(world, TARGET_GROUP).map((each) =>
      item('AWS::ElasticLoadBalancingV2::TargetGroup', each, each.name, 'available'),
    ),
  ];
}

export const balancingPart: Part = {
  operations: {
    elasticloadbalancing: {
      ...balancerOperations,
      ...listenerOperations,
      ...targetGroupOperations,
      ...targetOperations,
      ...balancingTagOperations,
    },
    classicbalancing: classicOperations,
  },
  due: { ...targetsDue, ...zonesDue },
  inventory,
};

/**
 * Static placement: which of the subnets that exist serve which role, and which tags they lack. Pure. What is wrong is
 * said in plain words; nothing here is ever created or deleted but tags.
 */
import type { Tags } from '../../../domain/cluster.ts';
import { blocked, type Plan } from '../../../domain/plan.ts';
import type { SubnetSeen } from '../catalog/port.ts';
import type { ByZone } from '../network/outputs.ts';
import { listed } from '../network/recorded.ts';

export interface PlacementWish {
  readonly vpcId: string;
  readonly controlPlaneSubnetIds: readonly string[];
  readonly workerSubnetIds: readonly string[];
  /** Absent: those of the VPC that lead to its Internet gateway. */
  readonly publicSubnetIds?: readonly string[];
  readonly controlPlaneZones: readonly string[];
  readonly workerZones: readonly string[];
}

export interface Placement {
  readonly public: ByZone;
  readonly controlPlane: ByZone;
  readonly private: ByZone;
}

export type PlacementAnswer =
  | { readonly kind: 'placed'; readonly placement: Placement }
  | { readonly kind: 'refused'; readonly refusal: Plan<never> };

/** Which tags to put on which subnets, or to take away: by subnet id. */
export type TagChanges = Readonly<Record<string, Tags>>;

/** Load balancer controllers find their subnets by it. */
export const BALANCER_TAGS = {
  public: 'kubernetes.io/role/elb',
  private: 'kubernetes.io/role/internal-elb',
} as const;

const CLUSTER_TAGS = 'kubernetes.io/cluster/';

export function placeSubnets(wish: PlacementWish, subnets: readonly SubnetSeen[]): PlacementAnswer {
  const refused = (refusal: Plan<never>): PlacementAnswer => ({ kind: 'refused', refusal });
  const given = [...wish.controlPlaneSubnetIds, ...wish.workerSubnetIds, ...(wish.publicSubnetIds ?? [])];
  const missing = given.filter((id) => !subnets.some((subnet) => subnet.id === id));
  if (missing.length > 0) {
    return refused(blocked('SubnetNotFound', `VPC ${wish.vpcId} has no subnet ${listed(missing)}.`));
  }
  const controlPlane = pick(wish.controlPlaneSubnetIds, subnets);
  const workers = pick(wish.workerSubnetIds, subnets);
  const open = wish.publicSubnetIds === undefined ? publicOnes(subnets) : pick(wish.publicSubnetIds, subnets);
  const problem =
    egressProblem([...controlPlane, ...workers], open) ?? zoneProblem(wish, { controlPlane, workers, open });
  if (problem) return refused(problem);
  return {
    kind: 'placed',
    placement: { public: byZone(open), controlPlane: byZone(controlPlane), private: byZone(workers) },
  };
}

/** Keys that the subnets lack; whatever value somebody gave a key stays. */
export function missingTags(
  placement: Placement,
  clusterTag: string,
  subnets: readonly SubnetSeen[],
): TagChanges {
  const wanted: readonly (readonly [string, Tags])[] = [
    ...Object.values(placement.public).map(
      (id) => [id, { [clusterTag]: 'shared', [BALANCER_TAGS.public]: '1' }] as const,
    ),
    ...[...Object.values(placement.controlPlane), ...Object.values(placement.private)].map(
      (id) => [id, { [clusterTag]: 'shared', [BALANCER_TAGS.private]: '1' }] as const,
    ),
  ];
  return changes(wanted, subnets, (key, _value, tags) => tags[key] === undefined);
}

/**
 * Of the tags that we added, those to take away: still with our value, and not the ones by which another cluster in the
 * same subnet finds its load balancers' place.
 */
export function tagsToRemove(
  added: TagChanges,
  clusterTag: string,
  subnets: readonly SubnetSeen[],
): TagChanges {
  return changes(Object.entries(added), subnets, (key, value, tags) => {
    const isShared = Object.keys(tags).some(
      (other) => other.startsWith(CLUSTER_TAGS) && other !== clusterTag,
    );
    return tags[key] === value && (key === clusterTag || !isShared);
  });
}

export function mergedTags(one: TagChanges, other: TagChanges): TagChanges {
  const ids = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...ids].map((id) => [id, { ...one[id], ...other[id] }]));
}

/** One call can put the same tags on many subnets: subnets by the tags that they need. */
export function groupedByTags(
  wanted: TagChanges,
): readonly { readonly ids: readonly string[]; readonly tags: Tags }[] {
  const groups = new Map<string, { readonly ids: string[]; readonly tags: Tags }>();
  for (const [id, tags] of Object.entries(wanted)) {
    const key = JSON.stringify(Object.entries(tags).sort());
    const group = groups.get(key) ?? { ids: [], tags };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function changes(
  wanted: readonly (readonly [string, Tags])[],
  subnets: readonly SubnetSeen[],
  isDue: (key: string, value: string, tags: Tags) => boolean,
): TagChanges {
  const due = wanted.flatMap(([id, tags]) => {
    const seen = subnets.find((subnet) => subnet.id === id);
    const left = seen ? Object.entries(tags).filter(([key, value]) => isDue(key, value, seen.tags)) : [];
    return left.length === 0 ? [] : [[id, Object.fromEntries(left)] as const];
  });
  return Object.fromEntries(due);
}

function egressProblem(closed: readonly SubnetSeen[], open: readonly SubnetSeen[]): Plan<never> | undefined {
  const exposed = closed.filter(({ egress }) => egress === 'internet-gateway').map(({ id }) => id);
  if (exposed.length > 0) {
    const message = `Subnet ${listed(exposed)} leads to an Internet gateway; nodes go into private subnets.`;
    return blocked('SubnetNotPrivate', message);
  }
  const secluded = open.filter(({ egress }) => egress === 'none' || egress === 'other').map(({ id }) => id);
  if (secluded.length === 0) return undefined;
  const message = `Subnet ${listed(secluded)} has no route to an Internet gateway, which the load balancer needs.`;
  return blocked('SubnetNotPublic', message);
}

interface Picked {
  readonly controlPlane: readonly SubnetSeen[];
  readonly workers: readonly SubnetSeen[];
  readonly open: readonly SubnetSeen[];
}

/** A load balancer sends nothing to targets of a zone in which it has no subnet. */
function zoneProblem(wish: PlacementWish, { controlPlane, workers, open }: Picked): Plan<never> | undefined {
  const without = (zones: readonly string[], subnets: readonly SubnetSeen[]) =>
    zones.filter((zone) => !subnets.some((subnet) => subnet.zone === zone));
  const missing: readonly (readonly [string, readonly string[]])[] = [
    ['for control-plane nodes', without(wish.controlPlaneZones, controlPlane)],
    ['for workers', without(wish.workerZones, workers)],
    ['with a route to an Internet gateway, for the load balancer', without(wish.controlPlaneZones, open)],
  ];
  const [first] = missing.filter(([, zones]) => zones.length > 0);
  if (!first) return undefined;
  const [what, zones] = first;
  return blocked('ZoneWithoutSubnet', `VPC ${wish.vpcId} has no subnet ${what} in ${listed(zones)}.`);
}

function pick(ids: readonly string[], subnets: readonly SubnetSeen[]): readonly SubnetSeen[] {
  return ids.flatMap((id) => subnets.find((subnet) => subnet.id === id) ?? []);
}

/** Those that people marked for load balancers first. */
function publicOnes(subnets: readonly SubnetSeen[]): readonly SubnetSeen[] {
  const rank = ({ id, tags }: SubnetSeen) => `${tags[BALANCER_TAGS.public] === undefined ? 1 : 0}${id}`;
  return subnets
    .filter(({ egress }) => egress === 'internet-gateway')
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** The first of each zone. */
function byZone(subnets: readonly SubnetSeen[]): ByZone {
  return Object.fromEntries([...subnets].reverse().map(({ zone, id }) => [zone, id]));
}

/**
 * Static placement: subnets that exist are checked and marked for Kubernetes, never created, never deleted. Which tags
 * we add is recorded before they are written, so that a deletion takes away exactly those.
 */
import type { ClusterView, Json, LedgerEntry, Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import type { PoolRole } from '../../../domain/pool.ts';
import { awsConfig } from '../aws-config.ts';
import type { SubnetSeen } from '../catalog/port.ts';
import type { NetworkContext } from '../network/context.ts';
import { byZoneOf, objectOf, SUBNETS_STEP, VPC_STEP } from '../network/outputs.ts';
import { together } from '../network/together.ts';
import { kubernetesTag } from '../tags.ts';
import {
  groupedByTags,
  mergedTags,
  missingTags,
  type Placement,
  type PlacementWish,
  placeSubnets,
  type TagChanges,
  tagsToRemove,
} from './static-placement.ts';

export interface AdoptedSubnetsDesired {
  readonly deleting: boolean;
  readonly wish: PlacementWish;
  readonly clusterTag: string;
  /** Tags that we added, or were about to add, as an earlier pass committed them. */
  readonly added: TagChanges;
}
export interface AdoptedSubnetsObserved {
  readonly subnets: readonly SubnetSeen[];
  readonly natAddresses: readonly string[];
}
export type AdoptedSubnetsAction =
  | { readonly kind: 'tag'; readonly tags: TagChanges }
  | { readonly kind: 'untag'; readonly tags: TagChanges };

type AdoptionPlan = Plan<AdoptedSubnetsAction>;

function planAdoption(desired: AdoptedSubnetsDesired, { subnets }: AdoptedSubnetsObserved): AdoptionPlan {
  const { wish, clusterTag, added } = desired;
  if (desired.deleting) {
    const left = tagsToRemove(added, clusterTag, subnets);
    if (Object.keys(left).length === 0) return done('NetworkGone');
    return act({ kind: 'untag', tags: left }, 'UntaggingSubnets');
  }
  const answer = placeSubnets(wish, subnets);
  if (answer.kind === 'refused') return answer.refusal;
  const missing = missingTags(answer.placement, clusterTag, subnets);
  if (Object.keys(missing).length === 0) return done('NetworkFound');
  // What is to be taken away one day must be known first: the commit of this pass says it.
  if (!includes(added, missing)) return wait(0, 'TaggingSubnets');
  return act({ kind: 'tag', tags: missing }, 'TaggingSubnets');
}

function includes(all: TagChanges, some: TagChanges): boolean {
  return Object.entries(some).every(([id, tags]) =>
    Object.keys(tags).every((key) => all[id]?.[key] !== undefined),
  );
}

export const adoptedSubnetsStep: Step<
  NetworkContext,
  AdoptedSubnetsDesired,
  AdoptedSubnetsObserved,
  AdoptedSubnetsAction
> = {
  name: SUBNETS_STEP,
  title: 'Find the subnets',
  condition: 'CreatingInfrastructure',
  after: [VPC_STEP],
  desired: desiredAdoption,
  async observe({ network }, { wish, deleting }) {
    const [subnets, addresses] = await Promise.all([
      network.adoptableSubnets(wish.vpcId),
      deleting ? ok([]) : network.natAddressesIn(wish.vpcId),
    ]);
    if (!subnets.ok) return subnets;
    if (!addresses.ok) return addresses;
    return ok({ subnets: subnets.value, natAddresses: addresses.value });
  },
  plan: planAdoption,
  act: actOnTags,
  read(desired, { subnets, natAddresses }) {
    const answer = placeSubnets(desired.wish, subnets);
    if (desired.deleting || answer.kind === 'refused') return {};
    const { placement } = answer;
    const added = mergedTags(desired.added, missingTags(placement, desired.clusterTag, subnets));
    return {
      outputs: { ...placement, natAddresses: [...natAddresses].sort(), ...(isEmpty(added) ? {} : { added }) },
      resources: adoptedRows(placement, subnets),
    };
  },
};

const isEmpty = (changes: TagChanges): boolean => Object.keys(changes).length === 0;

function desiredAdoption(view: ClusterView): AdoptedSubnetsDesired | undefined {
  const { placement } = awsConfig(view.spec);
  if (placement.mode === 'dynamic') return undefined;
  const { mode: _, ...subnets } = placement;
  return {
    deleting: view.deleting,
    wish: {
      ...subnets,
      controlPlaneZones: zonesOfRole(view, 'control-plane'),
      workerZones: zonesOfRole(view, 'worker'),
    },
    clusterTag: kubernetesTag(view),
    added: tagChangesOf(view.record(SUBNETS_STEP)?.outputs?.added),
  };
}

function zonesOfRole(view: ClusterView, role: PoolRole): readonly string[] {
  const zones = view.spec.pools.filter((pool) => pool.role === role).flatMap((pool) => pool.zones);
  return [...new Set(zones)].sort();
}

function tagChangesOf(value: Json | undefined): TagChanges {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([id, tags]) => [id, byZoneOf(tags)]));
}

async function actOnTags(
  { network }: NetworkContext,
  _desired: AdoptedSubnetsDesired,
  { kind, tags }: AdoptedSubnetsAction,
): Promise<Result<Acted>> {
  const write = (ids: readonly string[], some: Tags) =>
    kind === 'tag' ? network.tag(ids, some) : network.untag(ids, some);
  const written = await together(groupedByTags(tags).map((group) => write(group.ids, group.tags)));
  if (!written.ok) return written;
  const count = Object.keys(tags).length;
  const event =
    kind === 'tag' ? `Tagged ${count} subnets for Kubernetes` : `Took our tags off ${count} subnets`;
  return ok({ event, lookAfterMs: 0 });
}

function adoptedRows(placement: Placement, subnets: readonly SubnetSeen[]): readonly LedgerEntry[] {
  const row =
    (role: string) =>
    (id: string): LedgerEntry => {
      const seen = subnets.find((subnet) => subnet.id === id);
      const name = seen?.tags.Name ?? id;
      const zone = seen === undefined ? {} : { zone: seen.zone };
      return { kind: 'AWS::EC2::Subnet', id, name, role, origin: 'adopted', ...zone, state: 'available' };
    };
  return [
    ...Object.values(placement.public).map(row('public-subnet')),
    ...Object.values(placement.controlPlane).map(row('control-plane-subnet')),
    ...Object.values(placement.private).map(row('worker-subnet')),
  ];
}

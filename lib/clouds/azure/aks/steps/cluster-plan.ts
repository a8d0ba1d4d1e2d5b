/** What to do about the managed cluster, given what was seen of it. Pure. */

import type { Tags } from '../../../../domain/cluster.ts';
import { act, blocked, done, type Plan, wait } from '../../../../domain/plan.ts';
import { type EpochMs, elapsedMs, type Instant } from '../../../../domain/time.ts';
import { tagsSettled } from '../../tags.ts';
import { isOurs } from '../desired.ts';
import type { AksCluster, ClusterDraft } from '../port.ts';
import { isRepairDue, type Shown, words } from '../repair.ts';
import { nextLook, SCHEDULE, type Schedule } from '../timing.ts';

export interface ClusterDesired {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly subscriptionId: string;
  readonly deleting: boolean;
  /** Cloud milliseconds per wall millisecond. */
  readonly speed: number;
  readonly draft: ClusterDraft;
  /** Tag keys that we set on it, now or before. */
  readonly managedTags: readonly string[];
  /** It was up once: people may run things in it, so it is never deleted to be made anew. */
  readonly wasReady: boolean;
  /** Our operation that is not seen to be over, and when it was asked for. */
  readonly operation?: string;
  readonly operationAt?: Instant;
  readonly shown?: Shown;
}

export interface ClusterObserved {
  readonly cluster?: AksCluster;
  /** Deleting: AKS has let go of the cluster but not of its machines yet. */
  readonly nodeGroupLeft: boolean;
}

export type ClusterAction =
  | { readonly kind: 'create' }
  | {
      readonly kind: 'update' | 'repair';
      readonly etag: string | undefined;
      readonly observedTags: Tags;
      /** What people read: `SKU tier`, `tags`. */
      readonly changes: readonly string[];
    }
  | { readonly kind: 'delete' };

type ClusterPlan = Plan<ClusterAction>;

export function planCluster(desired: ClusterDesired, observed: ClusterObserved, nowMs: EpochMs): ClusterPlan {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

function planPresence(desired: ClusterDesired, { cluster }: ClusterObserved, nowMs: EpochMs): ClusterPlan {
  if (!cluster)
    return act({ kind: 'create' }, 'CreatingCluster', { message: `Creating AKS cluster ${desired.name}.` });
  if (!isOurs(cluster.tags, desired.id)) {
    return blocked(
      'ForeignResource',
      `Resource group ${desired.resourceGroup} already has an AKS cluster ${cluster.name} that is not ours; it is left alone. Delete or move it.`,
    );
  }
  const changes = changesOf(desired, cluster);
  switch (cluster.provisioning) {
    case 'moving':
      return planMoving(desired, cluster, changes, nowMs);
    case 'broken':
      return planRepair(desired, cluster, nowMs);
    case 'settled':
      return planSettled(desired, cluster, changes);
  }
}

/** Pools and upgrade channels move the cluster's state too: that is no work of this step. */
function planMoving(
  desired: ClusterDesired,
  cluster: AksCluster,
  changes: readonly string[],
  nowMs: EpochMs,
): ClusterPlan {
  const creating = cluster.state === 'Creating' || cluster.fqdn === undefined;
  if (!creating && desired.operation === undefined && changes.length === 0) return done('ClusterReady');
  const schedule = creating ? SCHEDULE.createCluster : scheduleOf(desired.operation);
  const reason = creating ? 'CreatingCluster' : 'UpdatingCluster';
  return wait(nextLook(schedule, elapsedMs(desired.operationAt, nowMs, desired.speed)), reason, {
    message: `AKS cluster ${cluster.name} is ${cluster.state}.`,
  });
}

function planRepair(desired: ClusterDesired, cluster: AksCluster, nowMs: EpochMs): ClusterPlan {
  const failure = cluster.failure ?? cluster.pools.find((pool) => pool.failure)?.failure;
  if (!failure)
    return blocked('Unknown', `AKS cluster ${cluster.name} is ${cluster.state}; Azure gives no reason.`);
  if (!desired.wasReady && hasOtherPools(desired.draft, cluster)) {
    // Repairing repeats the pools as they are, and what failed is often the very type or zone that was changed since.
    return act({ kind: 'delete' }, 'RecreatingCluster', {
      message: `AKS cluster ${cluster.name} never came up and its pools have changed; it is made anew.`,
    });
  }
  if (!isRepairDue(desired.shown, failure, nowMs)) return blocked(failure.code, words(failure));
  return act(change('repair', cluster, []), 'RepairingCluster', {
    message: `Trying AKS cluster ${cluster.name} again after: ${failure.message}`,
  });
}

function planSettled(desired: ClusterDesired, cluster: AksCluster, changes: readonly string[]): ClusterPlan {
  if (cluster.stopped) {
    return blocked(
      'ClusterStopped',
      `AKS cluster ${cluster.name} was stopped in Azure. Start it: az aks start.`,
    );
  }
  if (changes.length === 0) return done('ClusterReady');
  return act(change('update', cluster, changes), 'UpdatingCluster', {
    message: `Changing ${changes.join(', ')} of AKS cluster ${desired.name}.`,
  });
}

function change(kind: 'update' | 'repair', cluster: AksCluster, changes: readonly string[]): ClusterAction {
  return { kind, etag: cluster.etag, observedTags: cluster.tags, changes };
}

/** In-place differences. The version is none of them: a channel moves it upwards (A179). */
function changesOf({ draft, managedTags }: ClusterDesired, cluster: AksCluster): readonly string[] {
  const differences: readonly (readonly [string, boolean])[] = [
    ['SKU tier', cluster.sku !== draft.sku],
    ['upgrade channel', cluster.upgradeChannel !== draft.upgradeChannel],
    ['admin groups', hasOtherGroups(draft, cluster)],
    ['Azure Policy', draft.azurePolicy !== undefined && draft.azurePolicy !== cluster.azurePolicy],
    ['tags', !tagsSettled(cluster.tags, { want: draft.tags, managed: managedTags })],
  ];
  return differences.filter(([, differs]) => differs).map(([what]) => what);
}

/** A pool's name holds the hash of what cannot be changed in place. */
function hasOtherPools(draft: ClusterDraft, cluster: AksCluster): boolean {
  const asked = draft.pools.map((pool) => pool.name).sort();
  return (
    asked.join() !==
    cluster.pools
      .map((pool) => pool.name)
      .sort()
      .join()
  );
}

/** Entra ID integration cannot be turned off again, so its absence from the profile changes nothing. */
function hasOtherGroups(draft: ClusterDraft, cluster: AksCluster): boolean {
  if (!draft.aad?.managed) return false;
  const wanted = draft.aad.adminGroupObjectIds.join();
  return !cluster.aad?.managed || cluster.aad.adminGroupObjectIds.join() !== wanted;
}

function planRemoval(
  desired: ClusterDesired,
  { cluster, nodeGroupLeft }: ClusterObserved,
  nowMs: EpochMs,
): ClusterPlan {
  const lookMs = nextLook(SCHEDULE.deleteCluster, elapsedMs(desired.operationAt, nowMs, desired.speed));
  if (!cluster) {
    return nodeGroupLeft
      ? wait(SCHEDULE.deleteCluster.everyMs, 'DeletingNodes', { message: 'AKS is deleting the machines.' })
      : done('ClusterGone');
  }
  if (!isOurs(cluster.tags, desired.id)) return done('NotOurs');
  if (cluster.state.toLowerCase() === 'deleting') {
    return wait(lookMs, 'DeletingCluster', { message: `AKS is deleting cluster ${cluster.name}.` });
  }
  return act({ kind: 'delete' }, 'DeletingCluster', { message: `Deleting AKS cluster ${cluster.name}.` });
}

function scheduleOf(operation: string | undefined): Schedule {
  return operation === 'createCluster' ? SCHEDULE.createCluster : SCHEDULE.updateCluster;
}

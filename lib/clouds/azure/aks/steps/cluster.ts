/**
 * The managed cluster with all its first pools: one PUT creates it, in-place changes are read-modify-writes, deletion
 * takes everything with it. A cluster of our name that does not carry our uid is somebody else's and is never touched.
 */

import { clusterKey } from '../../../../domain/cluster-key.ts';
import { ok } from '../../../../domain/errors.ts';
import type { Acted, Step } from '../../../../domain/plan.ts';
import { toInstant } from '../../../../domain/time.ts';
import { aksConfig } from '../../aks-config.ts';
import { managedKeys, mergeTags, POOL_TAG } from '../../tags.ts';
import type { AksContext } from '../context.ts';
import {
  CLUSTER_STEP,
  draftCluster,
  isOurs,
  KUBECONFIG_STEP,
  NETWORK_STEP,
  stringOf,
  stringsOf,
} from '../desired.ts';
import { shownFailure } from '../repair.ts';
import { firstLook, SCHEDULE } from '../timing.ts';
import {
  type ClusterAction,
  type ClusterDesired,
  type ClusterObserved,
  planCluster,
} from './cluster-plan.ts';

export function clusterStep(speed: number): Step<AksContext, ClusterDesired, ClusterObserved, ClusterAction> {
  return {
    name: CLUSTER_STEP,
    title: 'Create the AKS cluster',
    condition: 'CreatingInfrastructure',
    after: ['aks/account', NETWORK_STEP],
    lane: 'aks',
    desired(view) {
      const outputs = view.outputs(CLUSTER_STEP);
      const shown = shownFailure(view.record(CLUSTER_STEP));
      const operation = stringOf(outputs, 'operation');
      const operationAt = stringOf(outputs, 'operationAt');
      const draft = draftCluster(view);
      const managed = new Set([...stringsOf(outputs, 'tagKeys'), ...Object.keys(draft.tags)]);
      return {
        id: view.id,
        name: clusterKey(view.name, view.id),
        resourceGroup: aksConfig(view.spec).resourceGroup,
        subscriptionId: aksConfig(view.spec).subscriptionId,
        deleting: view.deleting,
        speed,
        draft,
        managedTags: [...managed].sort(),
        wasReady: stringOf(view.outputs(KUBECONFIG_STEP), 'apiEndpoint') !== undefined,
        ...(operation === undefined ? {} : { operation }),
        ...(operationAt === undefined ? {} : { operationAt }),
        ...(shown === undefined ? {} : { shown }),
      };
    },
    async observe(ctx, desired) {
      const seen = await ctx.cluster();
      if (!seen.ok) return seen;
      if (seen.value !== undefined) return ok({ cluster: seen.value, nodeGroupLeft: false });
      if (!desired.deleting) return ok({ nodeGroupLeft: false });
      const group = await ctx.platform.resourceGroup(desired.draft.nodeResourceGroup);
      return group.ok ? ok({ nodeGroupLeft: group.value !== undefined }) : group;
    },
    plan: planCluster,
    act: actOnCluster,
    read(desired, { cluster }) {
      if (!cluster || !isOurs(cluster.tags, desired.id)) return { resources: [] };
      const served = new Set(cluster.pools.flatMap((pool) => pool.tags[POOL_TAG] ?? []));
      const wish = { want: desired.draft.tags, managed: desired.managedTags };
      return {
        outputs: {
          pools: [...served].sort(),
          tagKeys: [...managedKeys(cluster.tags, wish)],
          // Ours is over: whatever moves the cluster from now on is somebody else's operation.
          ...(cluster.provisioning === 'settled' ? { operation: null, operationAt: null } : {}),
        },
        resources: [
          {
            kind: 'Microsoft.ContainerService/managedClusters',
            id: cluster.id,
            name: cluster.name,
            role: 'cluster',
            origin: 'created',
            state: cluster.state,
          },
          {
            kind: 'Microsoft.Resources/resourceGroups',
            id: `/subscriptions/${desired.subscriptionId}/resourceGroups/${cluster.nodeResourceGroup}`,
            name: cluster.nodeResourceGroup,
            role: 'node-resource-group',
            origin: 'created',
            state: cluster.state,
          },
        ],
      };
    },
  };
}

async function actOnCluster(
  ctx: AksContext,
  desired: ClusterDesired,
  action: ClusterAction,
): ReturnType<Step<AksContext, ClusterDesired, ClusterObserved, ClusterAction>['act']> {
  const { name, draft } = desired;
  switch (action.kind) {
    case 'create': {
      const asked = await ctx.aks.createCluster(draft);
      if (!asked.ok) return asked;
      const pools = draft.pools.length === 1 ? '1 pool' : `${draft.pools.length} pools`;
      return ok(begun(ctx, 'createCluster', asked.value, `Asked for AKS cluster ${name} with ${pools}`));
    }
    case 'update':
    case 'repair': {
      const settings = {
        sku: draft.sku,
        upgradeChannel: draft.upgradeChannel,
        ...(draft.aad === undefined ? {} : { aad: draft.aad }),
        ...(draft.azurePolicy === undefined ? {} : { azurePolicy: draft.azurePolicy }),
        tags: mergeTags(action.observedTags, { want: draft.tags, managed: desired.managedTags }),
      };
      const withPools = action.kind === 'repair';
      const asked = await ctx.aks.updateCluster(action.etag, settings, { withPools });
      if (!asked.ok) return asked;
      const event =
        action.kind === 'repair'
          ? `Asked Azure to repair AKS cluster ${name}`
          : `Changed ${action.changes.join(', ')} of AKS cluster ${name}`;
      return ok(begun(ctx, action.kind === 'repair' ? 'createCluster' : 'updateCluster', asked.value, event));
    }
    case 'delete': {
      const asked = await ctx.aks.deleteCluster();
      if (!asked.ok) return asked;
      return ok(begun(ctx, 'deleteCluster', asked.value, `Asked to delete AKS cluster ${name}`));
    }
  }
}

function begun(
  ctx: AksContext,
  operation: 'createCluster' | 'updateCluster' | 'deleteCluster',
  accepted: { readonly retryAfterMs?: number },
  event: string,
): Acted {
  return {
    event,
    outputs: { operation, operationAt: toInstant(ctx.now()) },
    lookAfterMs: firstLook(SCHEDULE[operation], accepted),
  };
}

/** Managed clusters: reading, tags, deleting, aborting, credentials. PUT has a file of its own. */
import { z } from 'zod';
import { badRequest, conflict } from '../errors.ts';
import { groupId, keyOf } from '../ids.ts';
import { pageOf } from '../listing.ts';
import { beginOperation, cancelOperation, lateFailure, operationHeaders, runningOn } from '../operations.ts';
import type { TimingName } from '../settings.ts';
import type { Cluster, OperationKind } from '../state.ts';
import { checkTags } from '../tags.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { AKS, checkClusterIdle, clusterKeyOf, findCluster, overtake, poolsOf } from './aks-operations.ts';
import { showCluster } from './cluster-record.ts';
import { checkSecret } from './cluster-rules.ts';
import { adminCredential, userCredential } from './kubeconfig.ts';
import { clusterUpgrades, listVersions } from './kubernetes-versions.ts';
import { removeMachines, stayingMachines } from './machines.ts';
import { ensureScaleSet, retagNodeGroup } from './node-resource-group.ts';
import { newEtag } from './plain.ts';
import { freezeMachines } from './pool-machines.ts';
import { putCluster } from './put-cluster.ts';
import { checkPreconditions, withoutNulls } from './request-body.ts';

const show = (world: World, cluster: Cluster, now: number) =>
  showCluster(world, cluster, poolsOf(world.state, cluster), now);

function getCluster(world: World, request: ArmRequest): ArmReply {
  return reply(200, show(world, findCluster(world, request), request.now));
}

function listAll(world: World, request: ArmRequest): ArmReply {
  const mine = world.state.clusters.values().filter((c) => c.subscription === request.param('subscription'));
  return pageOf(
    request,
    mine.map((c) => show(world, c, request.now)),
    world.settings.pageSize,
  );
}

function listInGroup(world: World, request: ArmRequest): ArmReply {
  const group = keyOf(groupId(request.param('subscription'), request.param('group')));
  const clusters = world.state.clusters.inGroup(group);
  return pageOf(
    request,
    clusters.map((c) => show(world, c, request.now)),
    world.settings.pageSize,
  );
}

interface ClusterOperation {
  readonly kind: OperationKind;
  readonly timing: TimingName;
}

function begin(world: World, request: ArmRequest, cluster: Cluster, { kind, timing }: ClusterOperation) {
  const { now } = request;
  const fails = lateFailure(world, request, cluster.location);
  return beginOperation(world, now, {
    kind,
    targetKey: cluster.key,
    clusterKey: cluster.key,
    namespace: AKS,
    subscription: cluster.subscription,
    location: cluster.location,
    durationMs: world.chance.milliseconds(`${timing}${cluster.key}${now}`, world.settings.timings[timing]),
    ...(fails ? { fails } : {}),
  });
}

const tagsBody = z.object({ tags: z.record(z.string(), z.string()).optional() });

/** PATCH: replaces the tags and nothing else. */
function patchTags(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const body = tagsBody.safeParse(withoutNulls(request.body()));
  if (!body.success) throw badRequest('InvalidRequestContent', 'The tags must be a map of texts.');
  checkPreconditions(request, cluster);
  checkTags(body.data.tags);
  checkClusterIdle(world, cluster);
  const operation = begin(world, request, cluster, { kind: 'cluster.put', timing: 'clusterUpdate' });
  const stored: Cluster = {
    ...cluster,
    tags: body.data.tags ?? {},
    targetVersion: cluster.currentVersion,
    state: 'Updating',
    etag: newEtag(world),
    changedAt: request.now,
    operationId: operation.id,
  };
  world.state.clusters.put(stored.key, stored);
  retagNodeGroup(world, stored);
  for (const pool of poolsOf(world.state, stored)) {
    // Documented: an operation on the cluster changes the entity tags of its pools, too.
    world.state.pools.put(pool.key, { ...pool, etag: newEtag(world) });
    ensureScaleSet(world, request.now, stored, pool);
  }
  return reply(200, show(world, stored, request.now), operationHeaders(request, operation, 'async'));
}

function deleteCluster(world: World, request: ArmRequest): ArmReply {
  const cluster = world.state.clusters.get(clusterKeyOf(request));
  if (!cluster) return reply(204);
  checkPreconditions(request, cluster);
  const running = runningOn(world.state, cluster.operationId);
  if (running?.kind === 'cluster.delete')
    return reply(202, undefined, operationHeaders(request, running, 'both'));
  overtake(world, cluster, request.now);
  const operation = begin(world, request, cluster, { kind: 'cluster.delete', timing: 'clusterDelete' });
  for (const pool of poolsOf(world.state, cluster)) {
    world.state.pools.put(pool.key, { ...pool, state: 'Deleting', operationId: operation.id });
    if (operation.fails) continue;
    const machines = stayingMachines(world.state, pool.key);
    removeMachines(world, machines, request.now, operation.endsAt - request.now);
  }
  world.state.clusters.put(cluster.key, {
    ...cluster,
    state: 'Deleting',
    etag: newEtag(world),
    operationId: operation.id,
  });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

function abortCluster(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const running = runningOn(world.state, cluster.operationId);
  if (!running || running.kind === 'cluster.delete')
    throw conflict('OperationNotAllowed', 'There is no operation in progress that can be aborted.', {
      bare: true,
    });
  cancelOperation(world, running, request.now, { code: 'Canceled', message: 'The operation was aborted.' });
  const operation = begin(world, request, cluster, { kind: 'abort', timing: 'abort' });
  for (const pool of poolsOf(world.state, cluster)) {
    freezeMachines(world, pool, request.now);
    if (pool.operationId !== running.id) continue;
    world.state.pools.put(pool.key, { ...pool, state: 'Canceling', operationId: operation.id });
  }
  world.state.clusters.put(cluster.key, { ...cluster, state: 'Canceling', operationId: operation.id });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

const servicePrincipalBody = z.object({ clientId: z.string(), secret: z.string() });

/** The nodes are told the new secret one after another, which takes as long as any update. */
function resetServicePrincipal(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const body = servicePrincipalBody.safeParse(request.body());
  if (!body.success)
    throw badRequest('InvalidParameter', 'The value of parameter servicePrincipalProfile is invalid.');
  if (!cluster.properties.servicePrincipalProfile)
    throw badRequest('ResetServicePrincipalProfileNotAllowed', 'The cluster uses a managed identity.', {
      bare: true,
    });
  checkSecret(world.state, body.data);
  checkClusterIdle(world, cluster);
  const operation = begin(world, request, cluster, { kind: 'cluster.put', timing: 'clusterUpdate' });
  world.state.clusters.put(cluster.key, {
    ...cluster,
    properties: { ...cluster.properties, servicePrincipalProfile: { clientId: body.data.clientId } },
    targetVersion: cluster.currentVersion,
    state: 'Updating',
    etag: newEtag(world),
    changedAt: request.now,
    operationId: operation.id,
  });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

const SUBSCRIPTION = '/subscriptions/{subscription}/providers/Microsoft.ContainerService';
const GROUP = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService';
const CLUSTER = `${GROUP}/managedClusters/{cluster}`;
const ACTION = 'Microsoft.ContainerService/managedClusters';

export const managedClusterRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${SUBSCRIPTION}/managedClusters`,
    operation: 'managedClusters.list',
    action: `${ACTION}/read`,
    limit: 'listManagedClusters',
    handle: listAll,
  },
  {
    method: 'GET',
    path: `${GROUP}/managedClusters`,
    operation: 'managedClusters.listByResourceGroup',
    action: `${ACTION}/read`,
    limit: 'listManagedClustersInGroup',
    handle: listInGroup,
  },
  {
    method: 'GET',
    path: CLUSTER,
    operation: 'managedClusters.get',
    action: `${ACTION}/read`,
    limit: 'getManagedCluster',
    handle: getCluster,
  },
  {
    method: 'PUT',
    path: CLUSTER,
    operation: 'managedClusters.createOrUpdate',
    action: `${ACTION}/write`,
    limit: 'putManagedCluster',
    handle: putCluster,
  },
  {
    method: 'PATCH',
    path: CLUSTER,
    operation: 'managedClusters.updateTags',
    action: `${ACTION}/write`,
    handle: patchTags,
  },
  {
    method: 'DELETE',
    path: CLUSTER,
    operation: 'managedClusters.delete',
    action: `${ACTION}/delete`,
    handle: deleteCluster,
  },
  {
    method: 'POST',
    path: `${CLUSTER}/abort`,
    operation: 'managedClusters.abortLatestOperation',
    action: `${ACTION}/abort/action`,
    handle: abortCluster,
  },
  {
    method: 'POST',
    path: `${CLUSTER}/resetServicePrincipalProfile`,
    operation: 'managedClusters.resetServicePrincipalProfile',
    action: `${ACTION}/resetServicePrincipalProfile/action`,
    handle: resetServicePrincipal,
  },
  {
    method: 'POST',
    path: `${CLUSTER}/listClusterAdminCredential`,
    operation: 'managedClusters.listClusterAdminCredentials',
    action: `${ACTION}/listClusterAdminCredential/action`,
    handle: adminCredential,
  },
  {
    method: 'POST',
    path: `${CLUSTER}/listClusterUserCredential`,
    operation: 'managedClusters.listClusterUserCredentials',
    action: `${ACTION}/listClusterUserCredential/action`,
    handle: userCredential,
  },
  {
    method: 'GET',
    path: `${CLUSTER}/upgradeProfiles/default`,
    operation: 'managedClusters.getUpgradeProfile',
    action: `${ACTION}/upgradeProfiles/read`,
    handle: (world, request) => {
      const cluster = findCluster(world, request);
      return clusterUpgrades(cluster, poolsOf(world.state, cluster));
    },
  },
  {
    method: 'GET',
    path: `${SUBSCRIPTION}/locations/{location}/kubernetesVersions`,
    operation: 'managedClusters.listKubernetesVersions',
    action: 'Microsoft.ContainerService/locations/kubernetesVersions/read',
    handle: () => listVersions(),
  },
];

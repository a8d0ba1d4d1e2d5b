/**
 * PUT of a managed cluster: creates it with its pools, or changes it. First every rule, then the records, the machines
 * and the operation, so that a refused request leaves nothing behind.
 */
import { badRequest, conflict } from '../errors.ts';
import { groupId, keyOf } from '../ids.ts';
import { beginOperation, lateFailure, operationHeaders } from '../operations.ts';
import { checkVcpuQuota } from '../quota.ts';
import type { Cluster, Failure, Pool } from '../state.ts';
import { checkTags } from '../tags.ts';
import { type ArmReply, type ArmRequest, reply, type World } from '../world.ts';
import { type ClusterBody, clusterBody, type PoolProfile, type PoolProperties } from './aks-body.ts';
import { AKS, checkClusterIdle, clusterKeyOf, poolsOf } from './aks-operations.ts';
import { checkApiServerSubnet, checkClusterIdentity, checkNodeSubnets } from './cluster-network-rules.ts';
import { CLUSTER_TYPE, newCluster, showCluster, updatedCluster } from './cluster-record.ts';
import {
  checkClusterBody,
  checkClusterChange,
  checkClusterName,
  checkNewCluster,
  invalidParameter,
} from './cluster-rules.ts';
import { ensureNodeGroup, retagNodeGroup } from './node-resource-group.ts';
import { growingPool, machineNeeds, reconcilePool } from './pool-machines.ts';
import { desiredPool, poolRecord } from './pool-record.ts';
import { checkImageVersion, checkPool, checkPoolChange, checkSystemPools, MAX_POOLS } from './pool-rules.ts';
import { checkLocation, checkPreconditions, readBody } from './request-body.ts';

export function putCluster(world: World, request: ArmRequest): ArmReply {
  const existing = world.state.clusters.get(clusterKeyOf(request));
  const body = readBody(request, CLUSTER_TYPE, clusterBody);
  checkPreconditions(request, existing);
  const location = checkLocation(body.location, CLUSTER_TYPE, existing);
  checkTags(body.tags);
  checkClusterName(request.param('cluster'));
  checkClusterBody(body);
  for (const profile of body.properties?.agentPoolProfiles ?? []) checkImageVersion(request, profile);
  if (existing) checkClusterIdle(world, existing);
  if (existing) checkClusterChange(existing, body);
  else checkNewCluster(world.state, body);
  const durationMs = drawDuration(world, request, existing, body);
  const cluster = existing
    ? updatedCluster(world, existing, body, request.now)
    : newCluster(world, request, { body, location, durationMs });
  if (!existing) checkNodeGroup(world, cluster);
  const drafts = draftPools(world, cluster, body, existing);
  checkDrafts(world, request, { cluster, body, drafts, isNew: !existing });
  const done = carryOut(world, request, { cluster, drafts, durationMs, isNew: !existing });
  const shown = showCluster(world, done.cluster, poolsOf(world.state, done.cluster), request.now);
  return reply(existing ? 200 : 201, shown, operationHeaders(request, done.operation, 'async'));
}

function drawDuration(
  world: World,
  request: ArmRequest,
  existing: Cluster | undefined,
  body: ClusterBody,
): number {
  const asked = body.properties?.kubernetesVersion;
  const upgrades = existing && asked !== undefined && !existing.currentVersion.startsWith(asked);
  const grows = (body.properties?.agentPoolProfiles?.length ?? 0) > 0;
  const kind = !existing
    ? 'clusterCreate'
    : upgrades
      ? 'clusterUpgrade'
      : grows
        ? 'poolScale'
        : 'clusterUpdate';
  return world.chance.milliseconds(`${kind}${request.path}${request.now}`, world.settings.timings[kind]);
}

/** A node resource group is AKS' own; it never takes over one that somebody else made. */
function checkNodeGroup(world: World, cluster: Cluster): void {
  if (world.state.groups.get(keyOf(groupId(cluster.subscription, cluster.nodeGroup))))
    throw conflict(
      'NodeResourceGroupAlreadyExists',
      `The node resource group '${cluster.nodeGroup}' exists already. Please choose another name.`,
      { bare: true },
    );
}

interface Draft {
  readonly name: string;
  readonly properties: PoolProperties;
  readonly existing: Pool | undefined;
}

/** The pools as they will be. A PUT without profiles leaves them alone; one that leaves a pool out is refused. */
function draftPools(
  world: World,
  cluster: Cluster,
  body: ClusterBody,
  existing: Cluster | undefined,
): readonly Draft[] {
  const present = existing ? poolsOf(world.state, existing) : [];
  const profiles = body.properties?.agentPoolProfiles;
  if (profiles === undefined)
    return present.map((pool) => ({ name: pool.name, properties: pool.properties, existing: pool }));
  const missing = present.find(({ name }) => !profiles.some((profile) => profile.name === name));
  if (missing)
    throw invalidParameter(
      'agentPoolProfiles',
      `the agent pool '${missing.name}' cannot be removed by an update of the cluster; delete the agent pool`,
    );
  const names = new Set(profiles.map(({ name }) => name));
  if (names.size < profiles.length) throw invalidParameter('agentPoolProfiles', 'a name is used twice');
  if (existing && profiles.some(({ name }) => !present.some((pool) => pool.name === name)))
    throw badRequest(
      'BadRequest',
      'A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations. For agent pool specific change, please use per agent pool operations: https://aka.ms/agent-pool-rest-api',
      { target: 'agentPoolProfiles', bare: true },
    );
  return profiles.map((profile) => draftOf(cluster, profile, present));
}

function draftOf(cluster: Cluster, profile: PoolProfile, present: readonly Pool[]): Draft {
  const existing = present.find(({ name }) => name === profile.name);
  if (existing) checkPoolChange(existing, profile);
  return { name: profile.name, properties: desiredPool(cluster, profile, existing), existing };
}

interface Plan {
  readonly cluster: Cluster;
  readonly drafts: readonly Draft[];
  readonly isNew: boolean;
}

function checkDrafts(world: World, request: ArmRequest, plan: Plan & { readonly body: ClusterBody }): void {
  const { cluster, drafts, body, isNew } = plan;
  if (drafts.length > MAX_POOLS) throw invalidParameter('agentPoolProfiles', `at most ${MAX_POOLS} pools`);
  checkSystemPools(drafts.map(({ properties }) => properties));
  for (const { name, properties } of drafts) checkPool(name, properties, cluster.location);
  const growing = drafts.map((d) => growingPool(world, d.name, d.properties, d.existing));
  checkNodeSubnets(world, request, cluster, growing);
  checkApiServerSubnet(world, request, cluster.properties, growing);
  const subnets = growing.flatMap(({ properties }) => properties.vnetSubnetID ?? []);
  if (isNew) checkClusterIdentity(world, request, body, [...new Set(subnets)]);
  checkVcpuQuota(world, cluster.location, machineNeeds(growing));
}

function carryOut(world: World, request: ArmRequest, plan: Plan & { readonly durationMs: number }) {
  const { cluster, drafts, durationMs, isNew } = plan;
  const { now } = request;
  const injected = lateFailure(world, request, cluster.location);
  const ownNetwork = drafts.every(({ properties }) => properties.vnetSubnetID === undefined);
  const lacking = ensureNodeGroup(world, now, cluster, ownNetwork);
  retagNodeGroup(world, cluster);
  const outcomes = drafts.map((draft) => {
    const pool = poolRecord(world, cluster, draft.name, draft.properties, draft.existing, now);
    if (injected || lacking) return { pool };
    return reconcilePool(world, { cluster, pool, now, durationMs });
  });
  const fails: Failure | undefined =
    injected ?? lacking ?? outcomes.map(({ failure }) => failure).find((failure) => failure !== undefined);
  const operation = beginOperation(world, now, {
    kind: 'cluster.put',
    targetKey: cluster.key,
    clusterKey: cluster.key,
    namespace: AKS,
    subscription: cluster.subscription,
    location: cluster.location,
    durationMs,
    ...(fails ? { fails } : {}),
  });
  const state = isNew
    ? 'Creating'
    : cluster.targetVersion === cluster.currentVersion
      ? 'Updating'
      : 'Upgrading';
  const stored = { ...cluster, state, operationId: operation.id };
  world.state.clusters.put(stored.key, stored);
  for (const { pool } of outcomes)
    world.state.pools.put(pool.key, {
      ...pool,
      state: pool.createdAt === now ? 'Creating' : 'Updating',
      operationId: operation.id,
    });
  return { cluster: stored, operation };
}

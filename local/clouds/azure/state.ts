/**
 * Everything that exists in the simulated Azure, as plain records. The tables are the only state there is besides the
 * token buckets; what changes with time alone (a machine that has joined by now) is worked out on reading.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Records, Table } from '../kit/records.ts';
import { groupKeyOf, parentKey } from './ids.ts';
import type { ClusterProperties, PoolProperties } from './resources/aks-body.ts';

export type Tags = Readonly<Record<string, string>>;
export type Properties = Readonly<Record<string, unknown>>;

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface ResourceGroup {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly subscription: string;
  readonly location: string;
  readonly tags: Tags;
  readonly state: string;
  /** The cluster whose node resource group this is. */
  readonly managedBy?: string;
  readonly seeded: boolean;
  readonly createdAt: EpochMs;
}

/** What every resource has, whatever its type. */
export interface ResourceBase {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly subscription: string;
  readonly group: string;
  readonly location: string;
  readonly tags: Tags;
  readonly etag: string;
  /** provisioningState. */
  readonly state: string;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  readonly seeded: boolean;
  /** The latest operation on it, running or over. */
  readonly operationId?: string;
}

/** A resource whose behaviour is the same for all of its kind: what the network and the scale sets are made of. */
export interface PlainResource extends ResourceBase {
  readonly properties: Properties;
  /** Members beside `properties`: sku, zones, identity. */
  readonly top: Properties;
}

export interface Cluster extends ResourceBase {
  readonly uid: string;
  /** The eight digits in the names of everything that AKS makes for the cluster. */
  readonly digits: string;
  readonly nodeGroup: string;
  readonly properties: ClusterProperties;
  readonly sku: { readonly name: string; readonly tier: string };
  readonly identity?: Properties;
  readonly currentVersion: string;
  /** What the control plane will run when the present operation succeeds. */
  readonly targetVersion: string;
  /** When the control plane answers for the first time. */
  readonly upAt: EpochMs;
  readonly failure?: Failure;
  /** Object id that acts for the cluster in the subscription. */
  readonly principalId: string;
}

export interface Pool extends ResourceBase {
  readonly clusterKey: string;
  readonly scaleSet: string;
  readonly properties: PoolProperties;
  readonly currentVersion: string;
  readonly targetVersion: string;
  readonly failure?: Failure;
  /** Index that the next machine gets; never used twice. */
  readonly nextIndex: number;
}

/** One instance of a pool's scale set. Its state follows from the clock: machines.ts. */
export interface Machine {
  readonly name: string;
  readonly clusterKey: string;
  readonly poolKey: string;
  readonly index: number;
  readonly zone: string;
  readonly vmSize: string;
  readonly spot: boolean;
  readonly location: string;
  readonly subnetKey: string;
  readonly privateIp: string;
  readonly version: string;
  readonly createdAt: EpochMs;
  readonly joinsAt: EpochMs;
  readonly leavesAt?: EpochMs;
}

export type OperationKind =
  | 'cluster.put'
  | 'cluster.delete'
  | 'pool.put'
  | 'pool.delete'
  | 'pool.deleteMachines'
  | 'resource.put'
  | 'resource.delete'
  | 'group.delete'
  | 'abort';

export type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';

export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly targetKey: string;
  /** The cluster, for operations on it and on its pools. */
  readonly clusterKey?: string;
  readonly namespace: string;
  readonly subscription: string;
  readonly location: string;
  readonly startedAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly status: OperationStatus;
  /** How it will end, when it will end badly. */
  readonly fails?: Failure;
  readonly error?: Failure;
}

export interface Principal {
  readonly objectId: string;
  readonly tenantId: string;
  /** Absent for a managed identity that nobody can sign in as. */
  readonly clientId?: string;
  readonly displayName: string;
  readonly secrets: readonly { readonly value: string; readonly expiresAt?: EpochMs }[];
  /** Application permissions on Microsoft Graph that an administrator consented to. */
  readonly graphRoles: readonly string[];
}

export interface RoleAssignment {
  readonly id: string;
  readonly principalId: string;
  readonly scope: string;
  readonly roleName: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  /** Grants spread slowly; before this instant the role does not count. */
  readonly effectiveAt: EpochMs;
}

export interface DirectoryGroup {
  readonly id: string;
  readonly displayName: string;
  readonly securityEnabled: boolean;
}

export interface Provider {
  readonly namespace: string;
  readonly subscription: string;
  /** When it became, or becomes, registered; absent: not registered. */
  readonly registeredAt?: EpochMs;
}

export interface Subscription {
  readonly id: string;
  readonly displayName: string;
  readonly tenantId: string;
  readonly state: 'Enabled' | 'Disabled' | 'Warned' | 'PastDue';
}

/** A deleted resource that lagging lists still show. */
export interface Ghost {
  readonly key: string;
  readonly summary: ResourceSummary;
  readonly until: EpochMs;
}

export interface ResourceSummary {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Tags;
  readonly state: string;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  readonly seeded: boolean;
}

export interface State {
  readonly subscriptions: Table<Subscription>;
  readonly groups: Table<ResourceGroup>;
  /** Grouped by resource group and, for children such as subnets, by parent. */
  readonly resources: Table<PlainResource>;
  readonly clusters: Table<Cluster>;
  /** Grouped by cluster. */
  readonly pools: Table<Pool>;
  /** Grouped by pool. */
  readonly machines: Table<Machine>;
  readonly operations: Table<Operation>;
  readonly principals: Table<Principal>;
  /** Grouped by principal. */
  readonly roleAssignments: Table<RoleAssignment>;
  readonly directoryGroups: Table<DirectoryGroup>;
  readonly providers: Table<Provider>;
  readonly ghosts: Table<Ghost>;
  readonly counters: Table<number>;
}

/** Children are listed by their parent, everything else by its resource group. */
const holderOf = (resource: PlainResource): string =>
  resource.type.split('/').length > 2 ? parentKey(resource.key) : groupKeyOf(resource.key);

export function openState(records: Records): State {
  return {
    subscriptions: records.table('subscriptions'),
    groups: records.table('groups'),
    resources: records.table('resources', holderOf),
    clusters: records.table('clusters', ({ key }) => groupKeyOf(key)),
    pools: records.table('pools', ({ clusterKey }) => clusterKey),
    machines: records.table('machines', ({ poolKey }) => poolKey),
    operations: records.table('operations'),
    principals: records.table('principals'),
    roleAssignments: records.table('roleAssignments', ({ principalId }) => principalId),
    directoryGroups: records.table('directoryGroups'),
    providers: records.table('providers'),
    ghosts: records.table('ghosts'),
    counters: records.table('counters'),
  };
}

/** 1, 2, 3... by name; never repeats, also not after a restart. */
export function nextCount(state: State, name: string): number {
  const next = (state.counters.get(name) ?? 0) + 1;
  state.counters.put(name, next);
  return next;
}

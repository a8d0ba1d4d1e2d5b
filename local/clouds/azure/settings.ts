/**
 * How this Azure behaves: timings, throttling limits and the switches between behaviours that the real service has been
 * seen to show. Defaults are the documented or the stricter behaviour; tests narrow what they need.
 */
import type { SecondsRange } from '../kit/chance.ts';
import type { BucketRule } from '../kit/token-bucket.ts';

const MINUTELY = 1 / 60;

/** Token buckets. Resource Manager's per principal and subscription, AKS' per resource (AKS quotas page). */
export const LIMITS = {
  reads: { burst: 250, refillPerSecond: 25 },
  writes: { burst: 200, refillPerSecond: 10 },
  deletes: { burst: 200, refillPerSecond: 10 },
  putManagedCluster: { burst: 20, refillPerSecond: MINUTELY },
  putAgentPool: { burst: 20, refillPerSecond: MINUTELY },
  getManagedCluster: { burst: 60, refillPerSecond: 1 },
  listManagedClusters: { burst: 500, refillPerSecond: 1 },
  listManagedClustersInGroup: { burst: 60, refillPerSecond: 1 },
  getOperationStatus: { burst: 200, refillPerSecond: 2 },
} as const satisfies Record<string, BucketRule>;
export type LimitName = keyof typeof LIMITS;

/** How long things take, in cloud seconds: each is drawn once per operation. Our estimates where nothing is documented. */
export const TIMINGS = {
  clusterCreate: [240, 600],
  clusterUpdate: [30, 120],
  clusterUpgrade: [300, 600],
  clusterDelete: [200, 600],
  poolCreate: [90, 300],
  poolScale: [60, 240],
  poolUpdate: [20, 90],
  poolUpgrade: [180, 600],
  poolDelete: [90, 300],
  deleteMachines: [60, 180],
  abort: [5, 30],
  network: [1, 8],
  natGateway: [10, 40],
  loadBalancer: [3, 10],
  groupDelete: [20, 120],
  providerRegister: [10, 90],
  listLag: [0, 60],
  roleSpread: [0, 300],
} as const satisfies Record<string, SecondsRange>;
export type TimingName = keyof typeof TIMINGS;

export interface NodeName {
  /** Uid of the simulated cluster, by which the simulated Kubernetes knows it. */
  readonly clusterUid: string;
  readonly name: string;
}

export interface AzureSettings {
  readonly limits: Readonly<Record<LimitName, BucketRule>>;
  readonly timings: Readonly<Record<TimingName, SecondsRange>>;
  /** Items of a page of every paged list. */
  readonly pageSize: number;
  /** Reports about a PUT of a virtual network that names no subnets differ. */
  readonly virtualNetworkPutWithoutSubnets: 'deletes' | 'keeps';
  /** A second write to a network resource while one is under way. */
  readonly concurrentNetworkWrites: 'refused' | 'serialised';
  /** Whether a cluster with its own fresh identity may use a subnet that the caller cannot grant it a role on. */
  readonly ownIdentityInForeignSubnet: 'refused' | 'accepted';
  /** Scale-in prefers cordoned nodes; the simulated Kubernetes knows them. */
  readonly isCordoned: (node: NodeName) => boolean;
  /** `namespace/name` of a PodDisruptionBudget that allows no eviction of a pod on the node now. */
  readonly heldBy: (node: NodeName) => string | undefined;
  /** Told when a cluster is gone for good, so that its Kubernetes goes, too. */
  readonly clusterGone: (uid: string) => void;
  /** Where the cluster's Kubernetes API is served: goes into kubeconfigs. */
  readonly kubernetesUrl: (cluster: { readonly uid: string; readonly fqdn: string }) => string;
  /** What that server's certificate is checked with; absent: the public authorities. */
  readonly kubernetesAuthority?: () => { readonly certificateAuthority: string; readonly serverName: string };
}

export const DEFAULT_SETTINGS: AzureSettings = {
  limits: LIMITS,
  timings: TIMINGS,
  pageSize: 50,
  virtualNetworkPutWithoutSubnets: 'deletes',
  concurrentNetworkWrites: 'refused',
  ownIdentityInForeignSubnet: 'refused',
  isCordoned: () => false,
  heldBy: () => undefined,
  clusterGone: () => undefined,
  kubernetesUrl: ({ fqdn }) => `https://${fqdn}:443`,
};

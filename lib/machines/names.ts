/** Names of the steps that every cluster on machines of its own has, whatever its cloud. */

/** The cluster's authorities and keys. */
export const KEYS_STEP = 'machines/keys';
/** `kubeadm init`, once in the life of a cluster. */
export const FIRST_NODE_STEP = 'machines/first-node';
/** Nodes take no pods before the cloud's controller has seen them. */
export const CLOUD_CONTROLLER_STEP = 'machines/cloud-controller';
/** Nodes become Ready only once the network plugin runs, so pools come after it. */
export const NETWORK_PLUGIN_STEP = 'machines/network-plugin';
export const STORAGE_STEP = 'machines/storage';
/** What the agent and autoscaling read usage from. */
export const METRICS_STEP = 'machines/metrics';
/** One step per pool: `machines/pool:workers`. */
export const POOL_STEP = 'machines/pool:';

export const poolStepName = (pool: string): string => `${POOL_STEP}${pool}`;

/**
 * IPv4 ranges of clusters that we run ourselves. kubeadm gets the first two (the second is its own default); the network
 * of the machines may overlap neither. Our choice: docs/limits.md.
 */
export const POD_CIDR = '192.168.0.0/16';
export const SERVICE_CIDR = '10.96.0.0/12';
/** Of a VPC that we make, when nobody names one. */
export const DEFAULT_VPC_CIDR = '10.0.0.0/16';

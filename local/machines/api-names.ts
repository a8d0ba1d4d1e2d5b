/** The names for which API servers have their certificate, as kubeadm writes them. */
import type { ReachedCluster } from './machine-side.ts';

const IN_CLUSTER = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

export const apiNames = ({ endpoint, certSans }: ReachedCluster): readonly string[] => [
  ...new Set([...IN_CLUSTER, endpoint.split(':')[0] ?? '', ...certSans]),
];

/** The Azure part of an AKS cluster's spec. The engine hands every cloud its own clusters only. */
import type { AksCloud, ClusterSpec } from '../../domain/cluster.ts';

/** Throws for a cluster of another cloud: broken wiring, never bad input. */
export function aksConfig({ cloud }: Pick<ClusterSpec, 'cloud'>): AksCloud {
  if (cloud.type !== 'aks') throw new Error(`A cluster of type ${cloud.type} reached the AKS cloud`);
  return cloud;
}

/** The AWS part of a cluster's spec. The engine hands every cloud its own clusters only. */
import type { AwsCloud, ClusterSpec } from '../../domain/cluster.ts';

/** Throws for a cluster of another cloud: broken wiring, never bad input. */
export function awsConfig({ cloud }: Pick<ClusterSpec, 'cloud'>): AwsCloud {
  if (cloud.type !== 'aws') throw new Error(`A cluster of type ${cloud.type} reached the AWS cloud`);
  return cloud;
}

/** The cloud part of a cluster: its type says which rules it is read by (A166). */
import type { CloudConfig } from '../../domain/cluster.ts';
import { violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { readAksCloud } from './aks-cloud.ts';
import { readAwsCloud } from './aws-cloud.ts';

/** `undefined`: no cloud that we can judge, so nothing else that depends on one can be. */
export function readCloud(given: CloudInput | undefined, path: string): Read<CloudConfig | undefined> {
  const example = 'Say where the cluster runs: {"type": "aks", ...}.';
  switch (given?.type) {
    case 'aks':
      return readAksCloud(given, path);
    case 'aws':
      return readAwsCloud(given, path);
    case undefined:
      return read(undefined, violation('REQUIRED', given ? `${path}/type` : path, example));
    default: {
      const message = 'This deployment makes clusters of types aks and aws.';
      return read(undefined, violation('CLOUD_TYPE_UNSUPPORTED', `${path}/type`, message));
    }
  }
}

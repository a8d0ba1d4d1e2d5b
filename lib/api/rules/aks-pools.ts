/** Pools of AKS clusters: worker pools only, some of them system pools, perhaps scaled by AKS itself. */
import { type Finding, violation } from '../../domain/findings.ts';
import { read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';
import {
  controlPlaneFieldFindings,
  osTypeFindings,
  publicIpFindings,
  securityGroupFindings,
  unsupported,
} from './foreign-pool-fields.ts';
import type { PoolRules } from './pool-rules.ts';
import { readScalableSize } from './pool-size.ts';
import { systemTaintFindings } from './system-pools.ts';

export const AKS_POOLS: PoolRules = {
  /** https://learn.microsoft.com/azure/aks/create-node-pools, «Limitations». */
  name: {
    pattern: /^[a-z][a-z0-9]{0,11}$/,
    message: 'A pool of an AKS cluster has 1 to 12 lower-case letters and digits and begins with a letter.',
  },
  /** Which types exist is the cloud's to say; this only keeps nonsense out of requests to it. */
  instanceType: {
    pattern: /^[A-Za-z][\w.-]{1,63}$/,
    message: 'instanceType is the name of an instance type: «Standard_D4s_v5».',
  },
  disk: {
    /** https://learn.microsoft.com/azure/virtual-machines/disks-types ; the last three are newer than the first three. */
    types: [
      'Standard_LRS',
      'StandardSSD_LRS',
      'Premium_LRS',
      'StandardSSD_ZRS',
      'Premium_ZRS',
      'PremiumV2_LRS',
    ],
    /** The AKS node image needs 30 GiB; ARM takes 2048 at most for an OS disk of an agent pool. */
    minGiB: 30,
    maxGiB: 2_048,
  },
  zones: { nameOf: (zone) => (/^[a-z0-9-]{1,32}$/.test(zone) ? zone : undefined), example: '1' },
  readSize: readScalableSize,
  readOwn: (given) => read({ role: 'worker', system: given.system ?? false }),
  foreignFindings: (given, path) => [
    ...roleFindings(given, path),
    ...publicIpFindings(given, path),
    ...controlPlaneFieldFindings(given, path),
    ...osTypeFindings(given, path),
    ...spotFindings(given, path),
    ...securityGroupFindings(given, 'AKS makes the network security group of its nodes itself.', path),
  ],
  pooledFindings: systemTaintFindings,
};

function roleFindings({ role }: PoolInput, path: string): readonly Finding[] {
  if (role !== 'control-plane') return [];
  const message = 'Azure runs the control plane of AKS clusters.';
  return [violation('CONTROL_PLANE_POOL_NOT_ALLOWED', `${path}/role`, message)];
}

function spotFindings({ capacity, spot }: PoolInput, path: string): readonly Finding[] {
  return [
    ...(capacity === undefined || capacity === 'on-demand'
      ? []
      : [unsupported(`${path}/capacity`, 'Spot capacity is for worker pools on AWS.')]),
    ...(spot === undefined
      ? []
      : [unsupported(`${path}/spot`, 'Spot settings are for worker pools on AWS.')]),
  ];
}

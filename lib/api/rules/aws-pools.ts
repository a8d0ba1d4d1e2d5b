/**
 * Pools of AWS clusters: one control-plane pool and worker pools, each of machines that we run ourselves (A229 to A233,
 * A249 to A251).
 */
import { type Finding, violation } from '../../domain/findings.ts';
import { read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';
import { AWS_REGION } from './aws-cloud.ts';
import { readCapacity } from './capacity.ts';
import {
  controlPlaneFieldFindings,
  osTypeFindings,
  publicIpFindings,
  securityGroupFindings,
  unsupported,
} from './foreign-pool-fields.ts';
import type { PoolRules } from './pool-rules.ts';
import { readFixedSize } from './pool-size.ts';

/** `region`: empty when it could not be read; then zones are judged by their form only. */
export function awsPools(region: string): PoolRules {
  return {
    name: {
      pattern: /^[a-z0-9](?:[-a-z0-9]{0,18}[a-z0-9])?$/,
      message:
        'A pool has 1 to 20 lower-case letters, digits and hyphens, and begins and ends with a letter or digit.',
    },
    instanceType: {
      pattern: /^[a-z][a-z0-9-]{1,31}\.[a-z0-9-]{2,31}$/,
      message: 'instanceType is the name of an EC2 instance type: «m5.large».',
    },
    disk: {
      /** Types that boot and need nothing said besides: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
      types: ['gp3', 'gp2'],
      /** Images, logs and etcd beside the system. Our choice; the image itself has 8. */
      minGiB: 30,
      /** What both types take. */
      maxGiB: 16_384,
    },
    zones: { nameOf: (zone) => zoneName(zone, region), example: `${region || 'eu-central-1'}a` },
    readSize: readFixedSize,
    readOwn(given, path) {
      if (given.role === 'control-plane') {
        const { findings } = readCapacity(given, path);
        return read(
          { role: 'control-plane', system: false, allowWorkloads: given.allowWorkloads ?? false },
          ...findings,
        );
      }
      const bought = readCapacity(given, path);
      return read({ role: 'worker', system: false, ...bought.value }, ...bought.findings);
    },
    foreignFindings: (given, path) => [
      ...systemFindings(given, path),
      ...publicIpFindings(given, path),
      ...(given.role === 'control-plane' ? [] : controlPlaneFieldFindings(given, path)),
      ...osTypeFindings({ ...given, system: false }, path),
      ...autoscaleFindings(given, path),
      ...securityGroupFindings(given, 'The security groups of an AWS cluster are made for it.', path),
    ],
    pooledFindings: () => [],
  };
}

/** `a` is short for the region's. Local zones and those of another region are no zones here. */
function zoneName(zone: string, region: string): string | undefined {
  if (region === '') return /^[a-z]$/.test(zone) || AWS_REGION.test(zone.slice(0, -1)) ? zone : undefined;
  const letter = zone.startsWith(region) ? zone.slice(region.length) : zone;
  return /^[a-z]$/.test(letter) ? region + letter : undefined;
}

function systemFindings({ system }: PoolInput, path: string): readonly Finding[] {
  if (system !== true) return [];
  const message = 'System pools are for AKS; here the control-plane pool runs what the cluster needs.';
  return [violation('FIELD_AKS_ONLY', `${path}/system`, message)];
}

function autoscaleFindings({ autoscale }: PoolInput, path: string): readonly Finding[] {
  if (autoscale === undefined) return [];
  return [unsupported(`${path}/autoscale`, 'Pools on AWS have a size; nothing there scales them by itself.')];
}

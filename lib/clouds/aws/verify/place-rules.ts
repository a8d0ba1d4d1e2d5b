/** Is the place there: region (A223), key pair (A224)? */
import type { AwsCloud } from '../../../domain/cluster.ts';
import { type Finding, violation } from '../../../domain/findings.ts';
import type { Facts } from './facts.ts';

export function placeFindings(cloud: AwsCloud, facts: Facts): readonly Finding[] {
  return [...regionFindings(cloud.region, facts), ...keyPairFindings(cloud, facts)];
}

/** Anything else that is asked about a region that does not exist has no answer. */
export function hasRegion(region: string, { regions }: Facts): boolean {
  return regions?.some(({ name, enabled }) => name === region && enabled) ?? true;
}

function regionFindings(region: string, { regions }: Facts): readonly Finding[] {
  if (regions === undefined) return [];
  const seen = regions.find(({ name }) => name === region);
  const path = '/cloud/region';
  if (!seen) {
    const names = regions.map(({ name }) => name).sort();
    return [
      violation(
        'REGION_INVALID',
        path,
        `AWS has no region ${region}.`,
        `Such as ${names.slice(0, 5).join(', ')}.`,
      ),
    ];
  }
  if (seen.enabled) return [];
  const hint = 'Enable it in AWS console > Account > AWS Regions.';
  return [violation('REGION_NOT_ENABLED', path, `Region ${region} is not enabled for the account.`, hint)];
}

function keyPairFindings({ region, sshKeyPair }: AwsCloud, { keyPairs }: Facts): readonly Finding[] {
  if (keyPairs === undefined || keyPairs.includes(sshKeyPair)) return [];
  return [
    violation(
      'KEY_PAIR_NOT_FOUND',
      '/cloud/sshKeyPair',
      `There is no key pair ${sshKeyPair} in ${region}.`,
      'Import or create it: EC2 console > Key Pairs. Key pairs belong to one region.',
    ),
  ];
}

/** The cloud part of an AWS cluster: which account, where, with which key, who is let in (A205 to A207, A222 to A226). */
import type { AwsCloud } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { collector, type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { readAllowedRanges } from './allowed-ranges.ts';
import { readAwsPlacement } from './aws-placement.ts';
import { readBastion } from './bastion.ts';
import { foreignFindings, proxyFindings, readAccount, readText } from './cloud-fields.ts';
import { readVpcRange } from './vpc-range.ts';

/** `eu-central-1`, `us-gov-west-1`, `eusc-de-east-1`. Which of them exist is the cloud's to say. */
export const AWS_REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d$/;
/** ASCII: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html */
const KEY_PAIR = /^(?! )[\x20-\x7e]{1,255}(?<! )$/;
const FOREIGN = [
  'subscriptionId',
  'resourceGroup',
  'sshPublicKey',
  'storage',
] as const satisfies readonly (keyof CloudInput)[];

export function readAwsCloud(given: CloudInput, path: string): Read<AwsCloud> {
  const { take, add, findings } = collector();
  const account = take(readAccount(given.account, `${path}/account`));
  const region = take(readRegion(given.region, `${path}/region`));
  const sshKeyPair = take(readKeyPair(given.sshKeyPair, region, `${path}/sshKeyPair`));
  const placement = take(readAwsPlacement(given.placement, `${path}/placement`));
  const bastion = take(readBastion(given.bastion, `${path}/bastion`));
  const vpcCidr = take(readVpcRange(given.vpcCidr, placement.mode, `${path}/vpcCidr`));
  const apiAllowedCidrs = take(readAllowedRanges(given.apiAllowedCidrs, `${path}/apiAllowedCidrs`));
  add(sshFindings(given.sshAllowedCidrs, `${path}/sshAllowedCidrs`));
  add(foreignFindings(given, FOREIGN, 'AWS clusters', path));
  add(proxyFindings(given.proxy, `${path}/proxy`));
  const cloud: AwsCloud = {
    type: 'aws',
    account,
    region,
    sshKeyPair,
    placement,
    bastion,
    ...(vpcCidr === undefined ? {} : { vpcCidr }),
    ...(apiAllowedCidrs === undefined ? {} : { apiAllowedCidrs }),
  };
  return read(cloud, ...findings);
}

function readRegion(given: unknown, path: string): Read<string> {
  return readText(given, AWS_REGION, () =>
    violation('REGION_INVALID', path, 'Name an AWS region: «eu-central-1».'),
  );
}

function readKeyPair(given: unknown, region: string, path: string): Read<string> {
  const where = region === '' ? 'the region' : region;
  return readText(given, KEY_PAIR, () =>
    violation('KEY_PAIR_NOT_FOUND', path, `Name a key pair that exists in ${where}.`),
  );
}

/** A205. The field is there to be refused with the way that is open. */
function sshFindings(given: unknown, path: string): readonly Finding[] {
  if (given === undefined) return [];
  return [
    violation(
      'SSH_ONLY_VIA_BASTION',
      path,
      'Machines take SSH from the bastion and from nowhere else.',
      'Say in bastion.allowedCidrs who may reach the bastion.',
    ),
  ];
}

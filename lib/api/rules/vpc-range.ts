/**
 * The range of a VPC that we make, and whether the machines fit in (A201). It is cut into 16 equal subnets, a public and
 * a private one for each of up to 8 zones, so that a zone that joins later finds its place.
 */
import { addressCount, overlaps } from '../../domain/cidr.ts';
import type { AwsPlacement, ClusterSpec } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { DEFAULT_VPC_CIDR, POD_CIDR, SERVICE_CIDR } from '../../domain/ranges.ts';
import { type Read, read } from '../read.ts';
import { rangeFindings } from './allowed-ranges.ts';

const ZONES = 8;
const SUBNETS = 2 * ZONES;
/** A VPC has a /16 at most, a subnet a /28 at least: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const MAX_ADDRESSES = 2 ** 16;
const MIN_SUBNET = 2 ** 4;
const MIN_ADDRESSES = SUBNETS * MIN_SUBNET;
/** The first four and the last one: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED = 5;

const TAKEN: readonly (readonly [cidr: string, by: string])[] = [
  [POD_CIDR, 'pods'],
  [SERVICE_CIDR, 'services'],
  ['0.0.0.0/8', 'no host'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'the metadata service'],
  ['224.0.0.0/3', 'multicast'],
];

export function readVpcRange(
  given: unknown,
  mode: AwsPlacement['mode'],
  path: string,
): Read<string | undefined> {
  if (given === undefined) return read(undefined);
  const malformed = rangeFindings(given, path);
  if (typeof given !== 'string' || malformed.length > 0) return read(undefined, ...malformed);
  if (mode === 'static') return read(undefined, ofDynamicPlacement(path));
  const findings = [...sizeFindings(given, path), ...overlapFindings(given, path)];
  // A stand-in: whether the machines fit is no question in a range that is no good.
  return findings.length === 0 ? read(given) : read(undefined, ...findings);
}

function ofDynamicPlacement(path: string): Finding {
  const message = 'The VPC of static placement has its range already.';
  return violation('PLACEMENT_FIELDS_UNEXPECTED', path, message, 'Leave vpcCidr out.');
}

function sizeFindings(cidr: string, path: string): readonly Finding[] {
  const addresses = addressCount(cidr);
  if (addresses > MAX_ADDRESSES) {
    return [violation('CIDR_INVALID', path, `A VPC has a /16 at most; ${cidr} is larger.`)];
  }
  if (addresses >= MIN_ADDRESSES) return [];
  const message =
    `${cidr} has ${addresses} addresses. A public and a private subnet for each of up to ${ZONES} zones are ` +
    `${SUBNETS} subnets of ${MIN_SUBNET} addresses at least: ${MIN_ADDRESSES}, a /24.`;
  return [violation('CIDR_TOO_SMALL', path, message)];
}

function overlapFindings(cidr: string, path: string): readonly Finding[] {
  return TAKEN.filter(([taken]) => overlaps(cidr, taken)).map(([taken, by]) =>
    violation('CIDR_OVERLAP', path, `${cidr} overlaps ${taken}, which belongs to ${by}.`),
  );
}

/** Judged once the zones are known; a pool without zones counts as spread over as many as there can be. */
export function roomFindings({ cloud, pools }: ClusterSpec, path: string): readonly Finding[] {
  if (cloud.type !== 'aws' || cloud.placement.mode === 'static') return [];
  const { vpcCidr = DEFAULT_VPC_CIDR } = cloud;
  const room = addressCount(vpcCidr) / SUBNETS - RESERVED;
  const named = new Set(pools.flatMap(({ zones }) => zones));
  const most = Math.max(...[...named, undefined].map((zone) => nodesIn(zone, pools)));
  if (most < room) return [];
  const message =
    `A private subnet of ${vpcCidr} has room for ${room} machines, and one of them is for replacements; ` +
    `these pools put ${most} into one zone.`;
  return [
    violation('CIDR_TOO_SMALL', path, message, 'Spread the pools over more zones, or make them smaller.'),
  ];
}

/** `undefined`: a zone that no pool names. */
function nodesIn(zone: string | undefined, pools: ClusterSpec['pools']): number {
  return pools.reduce((sum, { zones, size }) => {
    if (zones.length === 0) return sum + Math.ceil(size / ZONES);
    return zone !== undefined && zones.includes(zone) ? sum + Math.ceil(size / zones.length) : sum;
  }, 0);
}

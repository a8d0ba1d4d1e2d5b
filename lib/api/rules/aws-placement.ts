/** Where an AWS cluster's network comes from: made for it, or a VPC that exists (A43, A137, A202, A226, A228). Shape only. */
import type { AwsPlacement } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { collector, type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { placementFindings } from './placement-fields.ts';

type PlacementInput = NonNullable<CloudInput['placement']>;

/** 8 or 17 hexadecimal digits: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
const VPC = /^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const SUBNET = /^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

export function readAwsPlacement(given: PlacementInput = {}, path: string): Read<AwsPlacement> {
  const misplaced = placementFindings(given, 'aws', path);
  if (given.mode !== 'static') return read({ mode: 'dynamic' }, ...misplaced);
  const { take, add, findings } = collector();
  add(misplaced);
  const vpcId = take(readVpc(given.vpcId, `${path}/vpcId`));
  const controlPlaneSubnetIds = take(readSubnets(given, 'controlPlaneSubnetIds', path));
  const workerSubnetIds = take(readSubnets(given, 'workerSubnetIds', path));
  const publicSubnetIds =
    given.publicSubnetIds === undefined ? undefined : take(readSubnets(given, 'publicSubnetIds', path));
  add(sharedFindings(controlPlaneSubnetIds, workerSubnetIds, `${path}/workerSubnetIds`));
  add(publicFindings(controlPlaneSubnetIds, publicSubnetIds, `${path}/controlPlaneSubnetIds`));
  add(publicFindings(workerSubnetIds, publicSubnetIds, `${path}/workerSubnetIds`));
  return read(
    {
      mode: 'static',
      vpcId,
      controlPlaneSubnetIds,
      workerSubnetIds,
      ...(publicSubnetIds === undefined ? {} : { publicSubnetIds }),
    },
    ...findings,
  );
}

function readVpc(given: unknown, path: string): Read<string> {
  if (given === undefined || given === '') {
    return read('', violation('VPC_REQUIRED', path, 'Static placement needs the id of a VPC that exists.'));
  }
  if (typeof given === 'string' && VPC.test(given)) return read(given);
  return read('', violation('VPC_NOT_FOUND', path, 'No VPC has such an id; one is «vpc-0123456789abcdef0».'));
}

const MISSING = {
  controlPlaneSubnetIds: 'CONTROL_PLANE_SUBNET_REQUIRED',
  workerSubnetIds: 'WORKER_SUBNET_REQUIRED',
  publicSubnetIds: 'PUBLIC_SUBNET_REQUIRED',
} as const;

function readSubnets(
  given: PlacementInput,
  field: keyof typeof MISSING,
  path: string,
): Read<readonly string[]> {
  const at = `${path}/${field}`;
  const list = given[field];
  if (list !== undefined && !Array.isArray(list)) {
    return read([], violation('TYPE_INVALID', at, 'Expected array.'));
  }
  const items: readonly unknown[] = list ?? [];
  if (items.length === 0) {
    return read([], violation(MISSING[field], at, 'Name one subnet for each zone.'));
  }
  return read(
    [...new Set(items.filter(isSubnet))],
    ...items.flatMap((item, index) => subnetFindings(item, items.indexOf(item) !== index, `${at}/${index}`)),
  );
}

function subnetFindings(item: unknown, isTwice: boolean, path: string): readonly Finding[] {
  if (!isSubnet(item)) {
    const message = 'No subnet has such an id; one is «subnet-0123456789abcdef0».';
    return [violation('SUBNET_NOT_IN_VPC', path, message)];
  }
  return isTwice ? [violation('SUBNETS_MUST_DIFFER', path, `Subnet ${item} is named twice.`)] : [];
}

function isSubnet(item: unknown): item is string {
  return typeof item === 'string' && SUBNET.test(item);
}

function sharedFindings(
  controlPlane: readonly string[],
  workers: readonly string[],
  path: string,
): readonly Finding[] {
  const shared = workers.filter((id) => controlPlane.includes(id)).join(', ');
  if (shared === '') return [];
  const message = `Control plane and workers need subnets of their own; both have ${shared}.`;
  return [violation('SUBNETS_MUST_DIFFER', path, message)];
}

function publicFindings(
  machines: readonly string[],
  open: readonly string[] = [],
  path: string,
): readonly Finding[] {
  const shared = machines.filter((id) => open.includes(id)).join(', ');
  if (shared === '') return [];
  const message = `Machines run in private subnets; ${shared} is named as a public one.`;
  return [violation('SUBNET_NOT_PRIVATE', path, message)];
}

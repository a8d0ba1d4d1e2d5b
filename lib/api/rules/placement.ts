/** Where an AKS cluster's network comes from: made for it, or one that exists (A137 to A140). Only the shape is judged here. */
import type { AzurePlacement } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';

type PlacementInput = NonNullable<CloudInput['placement']>;

const STATIC_FIELDS = [
  'virtualNetwork',
  'virtualNetworkResourceGroup',
  'controlPlaneSubnet',
  'workerSubnet',
] as const;
const FOREIGN_FIELDS = ['vpcId', 'controlPlaneSubnetIds', 'workerSubnetIds', 'securityGroupName'] as const;

export function readPlacement(given: PlacementInput | undefined, path: string): Read<AzurePlacement> {
  const placement = given ?? {};
  const foreign = FOREIGN_FIELDS.filter((field) => placement[field] !== undefined).map((field) =>
    violation(
      'PLACEMENT_FIELDS_UNEXPECTED',
      `${path}/${field}`,
      `«${field}» does not belong to AKS clusters.`,
    ),
  );
  return placement.mode === 'static'
    ? readStatic(placement, path, foreign)
    : read({ mode: 'dynamic' }, ...foreign, ...unexpected(placement, path));
}

function unexpected(placement: PlacementInput, path: string): readonly Finding[] {
  return STATIC_FIELDS.filter((field) => placement[field] !== undefined).map((field) =>
    violation(
      'PLACEMENT_FIELDS_UNEXPECTED',
      `${path}/${field}`,
      `«${field}» belongs to static placement.`,
      'Set mode to static, or leave the field out.',
    ),
  );
}

function readStatic(given: PlacementInput, path: string, foreign: readonly Finding[]): Read<AzurePlacement> {
  const { virtualNetwork, virtualNetworkResourceGroup: group, controlPlaneSubnet, workerSubnet } = given;
  const same =
    isName(controlPlaneSubnet) && isName(workerSubnet) && equalNames(controlPlaneSubnet, workerSubnet);
  const findings = [
    ...foreign,
    ...required('VNET_REQUIRED', `${path}/virtualNetwork`, virtualNetwork),
    ...required('CONTROL_PLANE_SUBNET_REQUIRED', `${path}/controlPlaneSubnet`, controlPlaneSubnet),
    ...required('WORKER_SUBNET_REQUIRED', `${path}/workerSubnet`, workerSubnet),
    ...(group === undefined || isName(group)
      ? []
      : required('VNET_REQUIRED', `${path}/virtualNetworkResourceGroup`, group)),
    ...(same
      ? [
          violation(
            'SUBNETS_MUST_DIFFER',
            `${path}/workerSubnet`,
            'Control plane and workers need a subnet each.',
          ),
        ]
      : []),
  ];
  const placement: AzurePlacement = {
    mode: 'static',
    virtualNetwork: isName(virtualNetwork) ? virtualNetwork : '',
    ...(isName(group) ? { virtualNetworkResourceGroup: group } : {}),
    controlPlaneSubnet: isName(controlPlaneSubnet) ? controlPlaneSubnet : '',
    workerSubnet: isName(workerSubnet) ? workerSubnet : '',
  };
  return read(placement, ...findings);
}

function required(code: string, path: string, value: unknown): readonly Finding[] {
  return isName(value) ? [] : [violation(code, path, 'Static placement needs the name of one that exists.')];
}

/** Names become parts of resource ids. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.()-]{1,90}$/.test(value);
}

/** Azure compares resource names without case. */
function equalNames(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

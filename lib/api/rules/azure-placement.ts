/** Where an AKS cluster's network comes from: made for it, or one that exists (A137 to A140). Only the shape is judged here. */
import type { AzurePlacement } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { placementFindings } from './placement-fields.ts';

type PlacementInput = NonNullable<CloudInput['placement']>;

export function readAzurePlacement(given: PlacementInput = {}, path: string): Read<AzurePlacement> {
  const misplaced = placementFindings(given, 'aks', path);
  return given.mode === 'static'
    ? readStatic(given, path, misplaced)
    : read({ mode: 'dynamic' }, ...misplaced);
}

function readStatic(
  given: PlacementInput,
  path: string,
  misplaced: readonly Finding[],
): Read<AzurePlacement> {
  const { virtualNetwork, virtualNetworkResourceGroup: group, controlPlaneSubnet, workerSubnet } = given;
  const same =
    isName(controlPlaneSubnet) && isName(workerSubnet) && equalNames(controlPlaneSubnet, workerSubnet);
  const findings = [
    ...misplaced,
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

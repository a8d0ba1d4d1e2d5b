/** Which fields of a placement belong to which cloud, all of them to static placement (A137). */
import type { CloudConfig } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import type { CloudInput } from '../schemas/cluster.ts';

type PlacementInput = NonNullable<CloudInput['placement']>;
type Field = Exclude<keyof PlacementInput, 'mode'>;

const FIELDS = {
  aks: ['virtualNetwork', 'virtualNetworkResourceGroup', 'controlPlaneSubnet', 'workerSubnet'],
  aws: ['vpcId', 'controlPlaneSubnetIds', 'workerSubnetIds', 'publicSubnetIds'],
} as const satisfies Record<CloudConfig['type'], readonly Field[]>;
const CLUSTERS = { aks: 'AKS', aws: 'AWS' } as const satisfies Record<CloudConfig['type'], string>;

/** Fields of another cloud, and fields of static placement beside a dynamic one. */
export function placementFindings(
  given: PlacementInput,
  type: CloudConfig['type'],
  path: string,
): readonly Finding[] {
  const { mode, ...fields } = given;
  const own: readonly string[] = FIELDS[type];
  return Object.entries(fields).flatMap(([field, value]) => {
    if (value === undefined) return [];
    if (!own.includes(field)) return [foreign(field, CLUSTERS[type], path)];
    return mode === 'static' ? [] : [ofStaticPlacement(field, path)];
  });
}

function foreign(field: string, clusters: string, path: string): Finding {
  const message = `«${field}» does not belong to ${clusters} clusters.`;
  return violation('PLACEMENT_FIELDS_UNEXPECTED', `${path}/${field}`, message);
}

function ofStaticPlacement(field: string, path: string): Finding {
  return violation(
    'PLACEMENT_FIELDS_UNEXPECTED',
    `${path}/${field}`,
    `«${field}» belongs to static placement.`,
    'Set mode to static, or leave the field out.',
  );
}

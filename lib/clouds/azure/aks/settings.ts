/**
 * What a cluster's profile says about its managed control plane and network, with the cluster's overrides laid over
 * it. Validation has refused wrong values before a cluster is stored; what is unreadable here falls back to AKS's own
 * defaults instead of failing a pass.
 */
import { z } from 'zod';
import { addressAt, overlaps } from '../../../domain/cidr.ts';
import type { ClusterSpec, JsonObject } from '../../../domain/cluster.ts';
import type { Layer, ResolvedProfile } from '../../../domain/profile.ts';
import { mergeValues } from '../../../profiles/resolve.ts';
import type { AadSettings, AksNetwork, SkuTier, UpgradeChannel } from './port.ts';

const ControlPlane = z.object({
  sku: z.enum(['Free', 'Standard']).catch('Free'),
  autoUpgradeProfile: z
    .object({ upgradeChannel: z.enum(['none', 'patch', 'stable', 'rapid', 'node-image']).catch('none') })
    .catch({ upgradeChannel: 'none' }),
  aadProfile: z
    .object({
      managed: z.boolean().catch(false),
      adminGroupObjectIDs: z.array(z.string()).catch([]),
    })
    .optional()
    .catch(undefined),
  addonProfiles: z
    .object({ azurepolicy: z.object({ enabled: z.boolean() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
const Values = z.object({ managedControlPlane: ControlPlane.catch(ControlPlane.parse({})) });

export interface ControlPlaneSettings {
  readonly kubernetesVersion: string;
  readonly sku: SkuTier;
  readonly upgradeChannel: UpgradeChannel;
  readonly aad?: AadSettings;
  /** Azure Policy's add-on (A136); absent: whoever set it in Azure decides. */
  readonly azurePolicy?: boolean;
}

export function controlPlaneSettings(profile: ResolvedProfile, spec: ClusterSpec): ControlPlaneSettings {
  const layer = layerOf(profile, 'kubernetes');
  const parsed = Values.safeParse(valuesOf(profile, spec, 'kubernetes'));
  const control = parsed.success ? parsed.data.managedControlPlane : ControlPlane.parse({});
  const aad = control.aadProfile;
  const policy = control.addonProfiles?.azurepolicy;
  return {
    kubernetesVersion: layer?.version ?? '',
    sku: control.sku,
    upgradeChannel: control.autoUpgradeProfile.upgradeChannel,
    // Legal and without effect (A135): AKS refuses a profile that is not managed, and takes none back.
    ...(aad?.managed
      ? { aad: { managed: true, adminGroupObjectIds: aad.adminGroupObjectIDs.toSorted() } }
      : {}),
    ...(policy === undefined ? {} : { azurePolicy: policy.enabled }),
  };
}

const NetworkValues = z.object({
  podCidr: z.string().optional().catch(undefined),
  serviceCidr: z.string().optional().catch(undefined),
});

/** None of them is one that AKS keeps for itself: RESERVED_RANGES. */
const POD_CIDRS = ['10.244.0.0/16', '172.20.0.0/16', '192.168.0.0/17'] as const;
const SERVICE_CIDRS = ['10.0.0.0/16', '172.16.0.0/16', '192.168.128.0/17'] as const;
/** Neither services nor pods nor the network may be in them: «AKS CNI networking overview», prerequisites. */
export const RESERVED_RANGES = ['169.254.0.0/16', '172.30.0.0/16', '172.31.0.0/16', '192.0.2.0/24'] as const;
/** AKS wants the DNS service inside the service range and never at its first address. */
const DNS_POSITION = 10;

/** Ranges that do not overlap the network that the nodes are in; the CNI pack may name its own. */
export function networkSettings(
  profile: ResolvedProfile,
  spec: ClusterSpec,
  occupied: readonly string[],
): AksNetwork {
  const given = NetworkValues.safeParse(valuesOf(profile, spec, 'cni')).data ?? {};
  const serviceCidr = given.serviceCidr ?? free(SERVICE_CIDRS, occupied);
  return {
    podCidr: given.podCidr ?? free(POD_CIDRS, occupied),
    serviceCidr,
    dnsServiceIp: addressAt(serviceCidr, DNS_POSITION),
  };
}

function free(candidates: readonly [string, ...string[]], occupied: readonly string[]): string {
  return candidates.find((cidr) => !occupied.some((used) => overlaps(cidr, used))) ?? candidates[0];
}

function layerOf(profile: ResolvedProfile, layer: Layer) {
  return profile.layers.find((candidate) => candidate.layer === layer);
}

function valuesOf(profile: ResolvedProfile, spec: ClusterSpec, layer: Layer): JsonObject {
  const found = layerOf(profile, layer);
  return found ? mergeValues(found.values, spec.packOverrides[found.pack] ?? {}) : {};
}

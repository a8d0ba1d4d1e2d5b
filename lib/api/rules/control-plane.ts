/**
 * Rules about `managedControlPlane` in the resolved Kubernetes layer: price tier, upgrade channel, Entra ID, Azure Policy (A121,
 * A135, A136, A177 to A180). A value comes from the profile or from an override, so the caller says where a finding belongs. Pure.
 */
import { z } from 'zod';
import type { CloudType, Purpose } from '../../domain/cluster.ts';
import { type Finding, violation, warning } from '../../domain/findings.ts';
import type { Resolved, ResolvedLayer } from '../../profiles/resolve.ts';
import { coded } from '../schema-findings.ts';
import { notOfPack } from './pack-values.ts';

export interface ControlPlaneQuestion {
  readonly resolved: Resolved;
  readonly cloudType: CloudType;
  readonly purpose?: Purpose | undefined;
  /** Of the cloud account; `'unknown'` skips the question (there is no account yet). */
  readonly tenantName: string | undefined | 'unknown';
  /** JSON pointer in the request for a value of the Kubernetes pack: `/managedControlPlane/sku`. */
  at(valuePath: string): string;
}

const ROOT = '/managedControlPlane';
const CHANNELS = ['none', 'patch', 'stable', 'rapid', 'node-image'] as const;

const skuRule = coded('SKU_INVALID', 'sku is Free or Standard, spelled so.');
const channelRule = coded('UPGRADE_CHANNEL_INVALID', `upgradeChannel is one of ${CHANNELS.join(', ')}.`);
const groupRule = coded(
  'AAD_GROUP_ID_INVALID',
  'adminGroupObjectIDs holds object ids of groups, which are GUIDs.',
);

const CONTROL_PLANE = z.strictObject({
  sku: z.enum(['Free', 'Standard'], skuRule).default('Free'),
  autoUpgradeProfile: z.strictObject({ upgradeChannel: z.enum(CHANNELS, channelRule).optional() }).optional(),
  aadProfile: z
    .strictObject({
      managed: z.boolean().default(false),
      adminGroupObjectIDs: z.array(z.guid(groupRule)).default([]),
    })
    .optional(),
  addonProfiles: z
    .strictObject({ azurepolicy: z.strictObject({ enabled: z.boolean() }).optional() })
    .optional(),
});
type ControlPlane = z.output<typeof CONTROL_PLANE>;

export function controlPlaneFindings(question: ControlPlaneQuestion): readonly Finding[] {
  const { resolved, cloudType, at } = question;
  const values = kubernetesLayer(resolved)?.values.managedControlPlane;
  if (cloudType !== 'aks') {
    const message = 'managedControlPlane is for AKS clusters.';
    return values === undefined ? [] : [violation('FIELD_AKS_ONLY', at(ROOT), message)];
  }
  const parsed = CONTROL_PLANE.safeParse(values === undefined ? {} : values);
  if (parsed.success) return [...tierAdvice(parsed.data, question), ...aadFindings(parsed.data, question)];
  return notOfPack(parsed.error, values, (path) => at(ROOT + path));
}

function tierAdvice({ sku }: ControlPlane, { purpose, at }: ControlPlaneQuestion): readonly Finding[] {
  if (sku !== 'Free' || purpose !== 'production') return [];
  const message = 'The Free tier promises no uptime; clusters for production take Standard.';
  return [warning('SKU_FREE_IN_PRODUCTION', at(`${ROOT}/sku`), message)];
}

/** `managed: false` with groups is legal: a documented example of the Free tier does it. */
function aadFindings(
  { aadProfile }: ControlPlane,
  { at, tenantName }: ControlPlaneQuestion,
): readonly Finding[] {
  if (!aadProfile?.managed) return [];
  const groups = at(`${ROOT}/aadProfile/adminGroupObjectIDs`);
  return [
    ...(aadProfile.adminGroupObjectIDs.length === 0
      ? [
          violation(
            'AAD_GROUPS_REQUIRED',
            groups,
            'Managed Entra ID integration needs one admin group at least.',
          ),
        ]
      : []),
    ...(tenantName === undefined || tenantName === '' ? [tenantNameRequired(at(`${ROOT}/aadProfile`))] : []),
  ];
}

function tenantNameRequired(path: string): Finding {
  return violation(
    'TENANT_NAME_REQUIRED_FOR_AAD',
    path,
    'Entra ID integration needs the tenant name in the cloud account.',
    'PATCH the cloud account with its tenantName.',
  );
}

export function kubernetesLayer(resolved: Resolved): ResolvedLayer | undefined {
  return resolved.layers.find(({ layer }) => layer === 'kubernetes');
}

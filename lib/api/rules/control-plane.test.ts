import { expect, test } from '@jest/globals';
import { aProfile } from '../../../test/builders/cluster.ts';
import type { JsonObject, Purpose } from '../../domain/cluster.ts';
import { resolve } from '../../profiles/resolve.ts';
import { type ControlPlaneQuestion, controlPlaneFindings, kubernetesLayer } from './control-plane.ts';
import { inOverrides } from './pack-values.ts';

const GROUP = '11111111-2222-4333-8444-555555555555';
const pack = 'kubernetes-aks';
const at = `/packOverrides/${pack}/managedControlPlane`;

function said(managedControlPlane: JsonObject | string | null, more: Partial<ControlPlaneQuestion> = {}) {
  const resolved = resolve(aProfile(), { [pack]: { managedControlPlane } });
  const question = {
    resolved,
    cloudType: 'aks',
    tenantName: 'contoso',
    at: inOverrides(kubernetesLayer(resolved), '/packOverrides'),
  } as const;
  return controlPlaneFindings({ ...question, ...more }).map(
    ({ severity, code, path }) => `${severity} ${code} ${path}`,
  );
}

const rows: readonly [string, JsonObject | string | null, readonly string[]][] = [
  ['[A178] Standard', { sku: 'Standard' }, []],
  ['[A178] Free', { sku: 'Free' }, []],
  ['[A178] in other case', { sku: 'free' }, [`error SKU_INVALID ${at}/sku`]],
  ['[A178] Premium', { sku: 'Premium' }, [`error SKU_INVALID ${at}/sku`]],
  [
    '[A180] an unknown channel',
    { autoUpgradeProfile: { upgradeChannel: 'fast' } },
    [`error UPGRADE_CHANNEL_INVALID ${at}/autoUpgradeProfile/upgradeChannel`],
  ],
  [
    '[A135] managed without groups',
    { aadProfile: { managed: true } },
    [`error AAD_GROUPS_REQUIRED ${at}/aadProfile/adminGroupObjectIDs`],
  ],
  [
    '[A135] managed with an empty list',
    { aadProfile: { managed: true, adminGroupObjectIDs: [] } },
    [`error AAD_GROUPS_REQUIRED ${at}/aadProfile/adminGroupObjectIDs`],
  ],
  ['[A10] null', null, [`error PACK_VALUES_INVALID ${at}`]],
  ['[A136] Azure Policy', { addonProfiles: { azurepolicy: { enabled: true } } }, []],
  [
    '[A136] Azure Policy by a word',
    { addonProfiles: { azurepolicy: { enabled: 'yes' } } },
    [`error PACK_VALUES_INVALID ${at}/addonProfiles/azurepolicy/enabled`],
  ],
  [
    '[A135] a group by name',
    { aadProfile: { managed: true, adminGroupObjectIDs: ['admins'] } },
    [`error AAD_GROUP_ID_INVALID ${at}/aadProfile/adminGroupObjectIDs/0`],
  ],
  [
    '[A135] unmanaged with groups is legal',
    { aadProfile: { managed: false, adminGroupObjectIDs: [GROUP] } },
    [],
  ],
  ['[A135] managed with a group', { aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] } }, []],
  ['[A10] an unknown setting', { tier: 'x' }, [`error PACK_VALUES_INVALID ${at}/tier`]],
  ['[A10] no object', 'Standard', [`error PACK_VALUES_INVALID ${at}`]],
];
test.each(rows)('%s', (_title, values, expected) => {
  expect(said(values)).toEqual(expected);
});

test.each(['none', 'patch', 'stable', 'rapid', 'node-image'])('[A180] channel %s', (upgradeChannel) => {
  expect(said({ autoUpgradeProfile: { upgradeChannel } })).toEqual([]);
});

test('[A121] Entra ID integration needs a tenant name', () => {
  const aad = { aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] } };
  expect(said(aad, { tenantName: undefined })).toEqual([
    `error TENANT_NAME_REQUIRED_FOR_AAD ${at}/aadProfile`,
  ]);
  expect(said(aad, { tenantName: 'unknown' })).toEqual([]);
  expect(said({}, { tenantName: undefined })).toEqual([]);
});

test.each<[Purpose | undefined, readonly string[]]>([
  ['production', ['warning SKU_FREE_IN_PRODUCTION /profile']],
  ['non-production', []],
  [undefined, []],
])('[A178] the Free tier with purpose %s', (purpose, expected) => {
  const resolved = resolve(aProfile(), {});
  const question = {
    resolved,
    cloudType: 'aks',
    tenantName: undefined,
    purpose,
    at: inOverrides(kubernetesLayer(resolved), '/x'),
  } as const;
  expect(
    controlPlaneFindings(question).map(({ severity, code, path }) => `${severity} ${code} ${path}`),
  ).toEqual(expected);
});

test('[A177] the settings on a profile for another cloud', () => {
  expect(said({}, { cloudType: 'azure' })).toMatchObject([expect.stringContaining('FIELD_AKS_ONLY')]);
});

test('[A181] both settings may be the profile’s own, and a wrong one is the profile’s mistake', () => {
  const embedded = (sku: string, upgradeChannel: string) => {
    const managedControlPlane = { sku, autoUpgradeProfile: { upgradeChannel } };
    const layers = aProfile().layers.map((layer) =>
      layer.layer === 'kubernetes' ? { ...layer, values: { managedControlPlane } } : layer,
    );
    const resolved = resolve(aProfile({ layers }), {});
    const question = {
      resolved,
      cloudType: 'aks',
      tenantName: 'contoso',
      at: inOverrides(kubernetesLayer(resolved), '/packOverrides'),
    };
    return controlPlaneFindings({ ...question, cloudType: 'aks' }).map(({ code, path }) => `${code} ${path}`);
  };
  for (const channel of ['none', 'patch', 'stable', 'rapid', 'node-image']) {
    expect(embedded('Standard', channel)).toEqual([]);
  }
  expect(embedded('premium', 'weekly')).toEqual(['SKU_INVALID /profile', 'UPGRADE_CHANNEL_INVALID /profile']);
});

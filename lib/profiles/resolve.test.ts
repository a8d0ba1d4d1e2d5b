import { expect, test } from '@jest/globals';
import { aProfile } from '../../test/builders/cluster.ts';
import { strangerFindings } from './overrides.ts';
import { mergeValues, resolve } from './resolve.ts';

test('[A10, A11] every value says whether it comes from the profile or from an override', () => {
  const { layers } = resolve(aProfile(), { 'kubernetes-aks': { managedControlPlane: { sku: 'Standard' } } });
  expect(layers[0]).toMatchObject({
    values: { managedControlPlane: { sku: 'Standard', autoUpgradeProfile: { upgradeChannel: 'none' } } },
    sources: {
      '/managedControlPlane/sku': 'override',
      '/managedControlPlane/autoUpgradeProfile/upgradeChannel': 'profile',
    },
  });
  expect(layers[3]).toMatchObject({ pack: 'prometheus', sources: { '/retention': 'profile' } });
});

test('lists and nulls replace, objects merge, and the profile itself stays as it was', () => {
  const base = { a: { b: 1, c: [1, 2] }, d: 'x' };
  expect(mergeValues(base, { a: { c: [3] }, d: null })).toEqual({ a: { b: 1, c: [3] }, d: null });
  expect(base).toEqual({ a: { b: 1, c: [1, 2] }, d: 'x' });
});

test('[A10] an override for a pack that the profile lacks', () => {
  expect(
    strangerFindings(aProfile(), { prometheus: {}, grafana: {} }, (pack) => `/packOverrides/${pack}`),
  ).toMatchObject([{ code: 'PACK_NOT_IN_PROFILE', path: '/packOverrides/grafana' }]);
});

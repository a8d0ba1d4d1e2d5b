import { expect, test } from '@jest/globals';
import { aProfile } from '../../test/builders/cluster.ts';
import { compositionFindings } from './composition.ts';

const codes = (layers: ReturnType<typeof aProfile>['layers']) =>
  compositionFindings(aProfile({ layers }), '/profile').map(
    ({ code, path, message }) => `${code} ${path} ${message}`,
  );
const { layers } = aProfile();

test('a profile with every layer once is whole', () => {
  expect(codes(layers)).toEqual([]);
});

test('[A5] without a network and storage there is no cluster', () => {
  expect(codes(layers.filter(({ layer }) => layer !== 'cni' && layer !== 'csi'))).toEqual([
    'PROFILE_LAYER_MISSING /profile Profile aks-base 1.0.0 has no cni layer.',
    'PROFILE_LAYER_MISSING /profile Profile aks-base 1.0.0 has no csi layer.',
  ]);
});

test('[A7] an add-on is named once', () => {
  expect(codes([...layers, ...layers.slice(-1), ...layers.slice(-1)])).toEqual([
    'PACK_DUPLICATE /profile Profile aks-base 1.0.0 has prometheus twice.',
  ]);
});

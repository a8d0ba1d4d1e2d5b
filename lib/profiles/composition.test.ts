import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { anAwsProfile } from '../../test/builders/aws-input.ts';
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

test('[A5] machines of our own need a system besides', () => {
  const whole = anAwsProfile();
  const bare = { ...whole, layers: whole.layers.filter(({ layer }) => layer !== 'os') };
  expect(compositionFindings(whole, '/profile')).toEqual([]);
  expect(compositionFindings(bare, '/profile').map(({ message }) => message)).toEqual([
    'Profile aws-base 1.0.0 has no os layer.',
  ]);
});

test('[A5] a pack that is made for another cloud', () => {
  const storage = { layer: 'csi', pack: 'csi-aws-ebs', version: '1.0.0', values: {} } as const;
  const others = layers.filter(({ layer }) => layer !== 'csi');
  expect(codes([...others, storage])).toEqual([
    'PACK_CLOUD_MISMATCH /profile Pack csi-aws-ebs is made for aws, the profile for aks.',
  ]);
  expect(codes([...layers, { ...storage, layer: 'addon', pack: 'constructor' }])).toEqual([]);
});

test.each<[string, boolean]>([
  ['1.30.9', false],
  ['1.31.0', true],
  ['1.33.2', true],
  ['1.34.11', true],
  ['1.35.0', false],
  ['1.33', false],
  ['v1.33.2', false],
  ['1.33.2-rc.1', false],
])('[A4] Kubernetes %s on machines of our own: %s', (version, isSupported) => {
  const layers = anAwsProfile().layers.map((one) => (one.layer === 'kubernetes' ? { ...one, version } : one));
  const said = compositionFindings(anAwsProfile({ layers }), '/profile').map(({ code }) => code);
  expect(said).toEqual(isSupported ? [] : ['K8S_VERSION_UNSUPPORTED']);
});

test('[A4] what AKS offers is for AKS to say', () => {
  const newest = layers.map((one) => (one.layer === 'kubernetes' ? { ...one, version: '1.99.0' } : one));
  expect(codes(newest)).toEqual([]);
});

test.each(['aks-base-1.0.0', 'aws-base-1.0.0'])('[A5] the built-in profile %s is whole', async (file) => {
  const text = await readFile(new URL(`../../packs/profiles/${file}.json`, import.meta.url), 'utf8');
  expect(compositionFindings(JSON.parse(text), '/profile')).toEqual([]);
});

import { expect, test } from '@jest/globals';
import { aCluster, aProfile, aSpec } from '../../test/builders/cluster.ts';
import type { JsonObject } from '../domain/cluster.ts';
import type { ProfileLayer } from '../domain/profile.ts';
import { allPackRules, chartRepositories, definedPacks, packRules } from './packs.ts';

const addon = (over: Partial<ProfileLayer> = {}): ProfileLayer => ({
  layer: 'addon',
  pack: 'prometheus',
  version: '1.0.0',
  values: {},
  ...over,
});
const defined = (layers: readonly ProfileLayer[], overrides: JsonObject = {}) =>
  definedPacks(
    aCluster({ profile: aProfile({ layers }), spec: aSpec({ packOverrides: { prometheus: overrides } }) }),
  );
const valuesOf = (values: JsonObject, overrides: JsonObject = {}) => {
  const [pack] = defined([addon({ values })], overrides);
  return pack?.kind === 'chart' ? pack.values : undefined;
};

test('[A7] short names go where they belong in the chart, everything else is the chart’s own', () => {
  expect(valuesOf({ retention: '30d', 'kube-state-metrics': { enabled: false } })).toEqual({
    server: { retention: '30d', persistentVolume: { enabled: true, size: '8Gi' } },
    alertmanager: { enabled: false },
    'prometheus-pushgateway': { enabled: false },
    'kube-state-metrics': { enabled: false },
  });
});

test('[A10] overrides lie over the profile, and the profile over the pack', () => {
  const values = valuesOf(
    { retention: '30d', server: { replicaCount: 2 } },
    { retention: '7d', volumeSize: '50Gi', server: { persistentVolume: { enabled: false } } },
  );
  expect(values).toMatchObject({
    server: { retention: '7d', replicaCount: 2, persistentVolume: { enabled: false, size: '50Gi' } },
  });
});

test('a name of every object is no short name', () => {
  expect(valuesOf({ constructor: 'x' })).toMatchObject({ constructor: 'x' });
});

test.each([
  ['another layer', { layer: 'cni' as const }],
  ['a pack that nobody knows', { pack: 'vault' }],
  ['a version that nobody knows', { version: '9.9.9' }],
])('what the agent does not install: %s', (_what, over) => {
  expect(defined([addon(over)])).toEqual([]);
  expect(packRules(aProfile({ layers: [addon(over)] }))).toBeUndefined();
});

test('a profile with an add-on lets the agent install it, from where its charts are', () => {
  expect(packRules(aProfile())).toEqual([
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'clusterroles'],
      resourceNames: ['prometheus-server', 'prometheus-kube-state-metrics'],
      verbs: ['escalate', 'bind'],
    },
  ]);
  expect(chartRepositories()).toEqual([
    'https://prometheus-community.github.io/helm-charts',
    'https://vmware-tanzu.github.io/helm-charts',
  ]);
});

test('no add-on lets the agent give roles that it does not name', () => {
  const giving = allPackRules().filter(({ verbs }) => verbs.some((verb) => /escalate|bind|\*/.test(verb)));
  expect(giving).not.toEqual([]);
  expect(giving.filter(({ resourceNames = [] }) => resourceNames.length === 0)).toEqual([]);
});

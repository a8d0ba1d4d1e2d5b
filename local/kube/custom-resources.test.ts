import { expect, test } from '@jest/globals';
import { aSimulatedCluster } from '../../test/builders/simulated-cluster.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const SHOPS = '/apis/example.org/v1/namespaces/default/shops';

const SHOP_DEFINITION = {
  metadata: { name: 'shops.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { plural: 'shops', kind: 'Shop' },
    versions: [
      { name: 'v1', served: true, storage: true },
      { name: 'v1beta1', served: false, storage: false },
    ],
  },
};

test('what a definition says is served from then on, discovery included', () => {
  const cluster = aSimulatedCluster(['a']);
  expect(cluster.ask('GET', SHOPS).status).toBe(404);
  const made = cluster.ask('POST', CRDS, SHOP_DEFINITION);
  expect(made.body).toMatchObject({
    status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Established' })]) },
  });
  expect(cluster.ask('POST', SHOPS, { metadata: { name: 'corner' }, spec: { open: true } }).status).toBe(201);
  expect(cluster.ask('GET', `${SHOPS}/corner`).body).toMatchObject({ kind: 'Shop', spec: { open: true } });
  expect(cluster.ask('GET', '/apis/example.org/v1').body).toMatchObject({ resources: [{ name: 'shops' }] });
  expect(cluster.ask('GET', SHOPS.replace('v1', 'v1beta1')).status).toBe(404);
});

test('the instances end with their definition', () => {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', CRDS, SHOP_DEFINITION);
  cluster.ask('POST', SHOPS, { metadata: { name: 'corner' } });
  cluster.ask('DELETE', `${CRDS}/shops.example.org`);
  expect(cluster.ask('GET', SHOPS).status).toBe(404);
  cluster.ask('POST', CRDS, SHOP_DEFINITION);
  expect(cluster.ask('GET', SHOPS).body).toMatchObject({ items: [] });
});

import { expect, test } from '@jest/globals';
import { aSimulatedCluster, type ClusterUnderTest } from '../../test/builders/simulated-cluster.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const WEB = { metadata: { name: 'web' }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } };

function ingress(cluster: ClusterUnderTest): unknown {
  const { status } = JSON.parse(JSON.stringify(cluster.ask('GET', `${SERVICES}/web`).body));
  return status.loadBalancer.ingress;
}

test('a service of its type gets a public address after a while, and keeps it', () => {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', SERVICES, WEB);
  expect(ingress(cluster)).toBeUndefined();
  cluster.advance(45_000);
  const given = ingress(cluster);
  expect(given).toEqual([{ ip: expect.stringMatching(/^20(\.\d+){3}$/), ipMode: 'VIP' }]);
  cluster.ask('PATCH', `${SERVICES}/web`, { metadata: { labels: { a: 'b' } } }, MERGE);
  cluster.advance(45_000);
  expect(ingress(cluster)).toEqual(given);
});

test('the address goes with the wish, and the service with its deletion', () => {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', SERVICES, WEB);
  cluster.advance(45_000);
  cluster.ask('PATCH', `${SERVICES}/web`, { spec: { type: 'ClusterIP' } }, MERGE);
  expect(ingress(cluster)).toBeUndefined();
  cluster.ask('PATCH', `${SERVICES}/web`, { spec: { type: 'LoadBalancer' } }, MERGE);
  expect(ingress(cluster)).toHaveLength(1);
  cluster.ask('DELETE', `${SERVICES}/web`);
  expect(cluster.ask('GET', `${SERVICES}/web`).status).toBe(404);
});

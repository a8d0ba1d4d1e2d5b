import { expect, test } from '@jest/globals';
import { aSimulatedCluster } from '../../test/builders/simulated-cluster.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const aService = (name: string, type: string, ports: readonly object[]) => ({
  metadata: { name },
  spec: { type, ports },
});

function portsOf(answer: { readonly body: object | string }): readonly number[] {
  const { spec } = JSON.parse(JSON.stringify(answer.body));
  return spec.ports.map(({ nodePort }: { nodePort?: number }) => nodePort);
}

test('every service of the types that need them has node ports of its own, which stay', () => {
  const cluster = aSimulatedCluster(['a']);
  const [web] = portsOf(cluster.ask('POST', SERVICES, aService('web', 'LoadBalancer', [{ port: 80 }])));
  expect(web).toBeGreaterThanOrEqual(30_000);
  expect(web).toBeLessThan(32_768);
  const more = { spec: { type: 'LoadBalancer', ports: [{ port: 80 }, { port: 443 }] } };
  const headers = { 'content-type': 'application/merge-patch+json' };
  const [kept, added] = portsOf(cluster.ask('PATCH', `${SERVICES}/web`, more, headers));
  expect(kept).toBe(web);
  expect(added).not.toBe(web);
  expect(portsOf(cluster.ask('POST', SERVICES, aService('db', 'ClusterIP', [{ port: 80 }])))).toEqual([
    undefined,
  ]);
});

test.each([
  ['that another one has', 30_080, 'already allocated'],
  ['out of the range', 8_080, 'not in the valid range'],
])('a node port %s is refused', (_what, nodePort, words) => {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', SERVICES, aService('web', 'NodePort', [{ port: 80, nodePort: 30_080 }]));
  expect(
    cluster.ask('POST', SERVICES, aService('other', 'NodePort', [{ port: 80, nodePort }])),
  ).toMatchObject({ status: 422, body: { message: expect.stringContaining(words) } });
});

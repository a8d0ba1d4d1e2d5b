import { expect, test } from '@jest/globals';
import { aSimulatedCluster, CLUSTER, type ClusterUnderTest } from '../../test/builders/simulated-cluster.ts';

const APPS = '/apis/apps/v1/namespaces/default/deployments';
const SECRETS = '/api/v1/namespaces/default/secrets';

const ROBOT = {
  metadata: { name: 'robot' },
  spec: {
    template: {
      spec: {
        serviceAccountName: 'robot-account',
        containers: [
          {
            name: 'robot',
            image: 'robot:1',
            envFrom: [{ configMapRef: { name: 'common' } }, { configMapRef: { name: 'no-such' } }],
            env: [
              { name: 'PLAIN', value: 'x' },
              { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'keys', key: 'one' } } },
              { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
              { name: 'MISSING', valueFrom: { secretKeyRef: { name: 'keys', key: 'two' } } },
            ],
            volumeMounts: [{ name: 'keys', mountPath: '/var/run/robot' }],
          },
        ],
        volumes: [{ name: 'keys', secret: { secretName: 'keys', optional: true } }],
      },
    },
  },
};

const running = (cluster: ClusterUnderTest) => cluster.clusters.runningPods(CLUSTER, 'default', 'robot');

test('a running pod shows what its program sees', () => {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', SECRETS, { metadata: { name: 'keys' }, stringData: { one: '1' } });
  const data = { COMMON: 'c', PLAIN: 'overridden' };
  cluster.ask('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'common' }, data });
  cluster.ask('POST', APPS, ROBOT);
  const [pod] = running(cluster);
  expect(pod).toMatchObject({
    serviceAccount: 'robot-account',
    environment: { PLAIN: 'x', COMMON: 'c', SECRET: '1', NODE: 'a' },
  });
  expect(pod?.environment).not.toHaveProperty('MISSING');
  expect([pod?.read('/var/run/robot/one'), pod?.read('/var/run/robot/two'), pod?.read('/etc/one')]).toEqual([
    '1',
    undefined,
    undefined,
  ]);
});

test('pods of others, that end, on silent nodes or behind a silent API are none', () => {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', APPS, { ...ROBOT, metadata: { name: 'robot-two' } });
  expect(running(cluster)).toEqual([]);
  cluster.ask('POST', APPS, ROBOT);
  const { faults } = cluster.clusters;
  expect(running(cluster)).toHaveLength(1);
  faults.add(CLUSTER, { kind: 'api-down' });
  expect(running(cluster)).toEqual([]);
  faults.clear(CLUSTER);
  faults.add(CLUSTER, { kind: 'node-lost', node: 'a' });
  expect(running(cluster)).toEqual([]);
  faults.clear(CLUSTER);
  cluster.ask('DELETE', `${APPS}/robot`);
  expect(running(cluster)).toEqual([]);
});

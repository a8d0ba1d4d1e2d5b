/** What the storage driver does about claims, as the cloud sees it. */
import { expect, test } from '@jest/globals';
import { aMachineWorld, type MachineWorld, nodeNameOf, UID } from '../../test/builders/machine-world.ts';
import type { ApiAnswer } from '../kube/request.ts';

const CORE = '/api/v1/namespaces/default';
const CLAIMS = `${CORE}/persistentvolumeclaims`;
const CLASSES = '/apis/storage.k8s.io/v1/storageclasses';
const WORKER = 'i-b0000000000000000';

async function aCluster(): Promise<MachineWorld> {
  const world = await aMachineWorld();
  await world.launch('init', 0);
  world.pass(300);
  await world.install('cloud-controller-aws');
  await world.install('cni-flannel');
  await world.launch('join-worker', 0);
  world.pass(120);
  return world;
}

function ask({ clusters }: MachineWorld, method: string, path: string, body?: object): ApiAnswer {
  const answer = clusters.handle(UID, {
    method,
    path,
    query: new URLSearchParams(),
    headers: {},
    body: body === undefined ? '' : JSON.stringify(body),
    identity: { user: 'slipway', groups: ['system:masters'] },
  });
  if (answer === undefined) throw new Error('Nobody answers');
  return answer;
}

const aClaim = (name: string, storageClassName?: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '20Gi' } },
    ...(storageClassName === undefined ? {} : { storageClassName }),
  },
});

const aPod = (claimName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'db' },
  spec: {
    containers: [{ name: 'db', image: 'postgres' }],
    volumes: [{ name: 'scratch' }, { name: 'data', persistentVolumeClaim: { claimName } }],
  },
});

const aClass = (name: string, more: object) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner: 'ebs.csi.aws.com',
  ...more,
});

test('a claim of the default class waits for its pod, and follows it', async () => {
  const world = await aCluster();
  ask(world, 'POST', CLAIMS, aClaim('data'));
  ask(world, 'POST', `${CORE}/pods`, aPod('data'));
  ask(world, 'GET', CLAIMS);
  expect(world.host.volumes.size).toBe(0);
  await world.install('csi-aws-ebs');
  ask(world, 'GET', CLAIMS);
  expect(world.host.volumes.get('vol of data')).toMatchObject({
    claim: { namespace: 'default', name: 'data' },
    sizeGiB: 20,
    type: 'gp3',
    encrypted: true,
    clusterTag: 'shop-1a2b3c',
    zone: 'eu-central-1a',
    attachedTo: WORKER,
  });
  expect(ask(world, 'GET', `${CLAIMS}/data`).body).toMatchObject({ status: { phase: 'Bound' } });
  expect(ask(world, 'GET', '/api/v1/persistentvolumes').body).toMatchObject({
    items: [{ spec: { csi: { volumeHandle: 'vol of data' }, claimRef: { name: 'data' } } }],
  });
  ask(world, 'DELETE', `${CORE}/pods/db`);
  world.pass(60);
  ask(world, 'GET', CLAIMS);
  expect(world.host.volumes.get('vol of data')).not.toHaveProperty('attachedTo');
  ask(world, 'DELETE', `${CLAIMS}/data`);
  expect(ask(world, 'GET', '/api/v1/persistentvolumes').body).toMatchObject({ items: [] });
  expect(world.host.volumes.size).toBe(0);
});

test('what a class says is done: at once, kept, or nothing of this driver', async () => {
  const world = await aCluster();
  await world.install('csi-aws-ebs');
  ask(world, 'POST', CLASSES, aClass('kept', { reclaimPolicy: 'Retain', parameters: { type: 'io2' } }));
  ask(world, 'POST', CLASSES, aClass('other', { provisioner: 'example.com/disks' }));
  ask(world, 'POST', CLAIMS, aClaim('kept', 'kept'));
  ask(world, 'POST', CLAIMS, aClaim('other', 'other'));
  ask(world, 'GET', CLAIMS);
  expect([...world.host.volumes.keys()]).toEqual(['vol of kept']);
  expect(world.host.volumes.get('vol of kept')).toMatchObject({ type: 'io2', encrypted: false });
  ask(world, 'DELETE', `${CLAIMS}/kept`);
  ask(world, 'GET', CLAIMS);
  expect([...world.host.volumes.keys()]).toEqual(['vol of kept']);
});

test('a machine that is gone holds no volume', async () => {
  const world = await aCluster();
  await world.install('csi-aws-ebs');
  ask(world, 'POST', CLAIMS, aClaim('data'));
  ask(world, 'POST', `${CORE}/pods`, aPod('data'));
  ask(world, 'GET', CLAIMS);
  await world.launch('join-worker', 1);
  world.pass(120);
  world.host.terminate(WORKER, world.side);
  ask(world, 'DELETE', `/api/v1/nodes/${nodeNameOf(100)}`);
  ask(world, 'GET', CLAIMS);
  expect(world.host.volumes.get('vol of data')).not.toHaveProperty('attachedTo');
});

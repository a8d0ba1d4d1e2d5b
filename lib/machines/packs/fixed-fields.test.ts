import { expect, test } from '@jest/globals';
import { DOWN, FakeControlPlane } from '../../../test/fakes/fake-control-plane.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import { makeWay } from './fixed-fields.ts';

const CLASS: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'ebs', annotations: { a: 'b' } },
  provisioner: 'ebs.csi.aws.com',
  parameters: { type: 'gp3' },
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const MAP: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm' },
  parameters: {},
};

async function leftOf(live: KubernetesObject, wanted: KubernetesObject): Promise<number> {
  const api = new FakeControlPlane();
  api.init('a');
  await api.apply(live);
  for (const _twice of [1, 2]) expect(await makeWay(api, wanted)).toEqual({ ok: true, value: undefined });
  return api.applied.length;
}

test.each<[string, KubernetesObject, KubernetesObject]>([
  ['it is the same', CLASS, CLASS],
  [
    'only what may change differs',
    CLASS,
    { ...CLASS, metadata: { name: 'ebs' }, allowVolumeExpansion: true },
  ],
  ['nothing of its kind is fixed', MAP, { ...MAP, parameters: { a: 1 } }],
])('an object stays when %s', async (_name, live, wanted) => expect(await leftOf(live, wanted)).toBe(1));

test.each<[string, Partial<KubernetesObject>]>([
  ['a parameter', { parameters: { type: 'gp2' } }],
  ['a parameter more', { parameters: { type: 'gp3', iopsPerGB: '3' } }],
  ['the policy', { reclaimPolicy: 'Retain' }],
  ['the driver', { provisioner: 'example.com' }],
  ['when volumes are bound', { volumeBindingMode: 'Immediate' }],
])('a storage class makes way for another value of %s', async (_name, fields) =>
  expect(await leftOf({ ...CLASS, ...fields }, CLASS)).toBe(0),
);

test('what cannot be looked at stays, and is a failure', async () => {
  expect(await makeWay(new FakeControlPlane(), CLASS)).toEqual({ ok: false, error: DOWN });
});

/** What EC2 says of machines, purely: from what they are started, and what makes one outdated. */
import { describe, expect, test } from '@jest/globals';
import { aControlPlane, anAwsPool, ZONES } from '../../../../test/builders/aws.ts';
import { anAwsProfile } from '../../../../test/builders/aws-input.ts';
import { anAwsView, RECORDED } from '../../../../test/builders/aws-view.ts';
import { awsMachineCloud, readTemplate } from './machine-cloud.ts';

const [A, B, C] = ZONES;
const worker = anAwsPool({ disk: { sizeGiB: 60 } });

describe('template', () => {
  test('[A43] of a worker', () => {
    expect(awsMachineCloud.template(anAwsView(), worker)).toEqual({
      imageId: 'ami-1',
      keyName: 'default',
      instanceType: 'm5.large',
      root: { device: '/dev/sda1', type: 'gp3', sizeGiB: 60 },
      subnets: { [A]: 'subnet-a', [B]: 'subnet-b', [C]: 'subnet-c' },
      groupIds: ['sg-node', 'sg-lb'],
      profile: 'slip-shop-111111-node',
      role: 'node',
      hopLimit: 2,
    });
  });

  test('[A43] of a control-plane machine, whose pods never reach its credentials', () => {
    const outputs = {
      ...RECORDED,
      'aws/subnets': { ...RECORDED['aws/subnets'], controlPlane: { [A]: 'subnet-own' } },
    };
    expect(awsMachineCloud.template(anAwsView({ outputs }), aControlPlane())).toMatchObject({
      subnets: { [A]: 'subnet-own' },
      groupIds: ['sg-node', 'sg-controlplane', 'sg-lb'],
      profile: 'slip-shop-111111-controlplane',
      hopLimit: 1,
    });
  });

  test('a disk is never smaller than its image', () => {
    const outputs = { ...RECORDED, 'aws/image': { ...RECORDED['aws/image'], snapshotGiB: 100 } };
    const template = awsMachineCloud.template(anAwsView({ outputs }), worker);
    expect(template?.root).toEqual({ device: '/dev/sda1', type: 'gp3', sizeGiB: 100 });
  });

  test.each(['aws/image', 'aws/subnets', 'aws/security-groups'] as const)('not before %s', (step) => {
    const { [step]: _, ...outputs } = RECORDED;
    expect(awsMachineCloud.template(anAwsView({ outputs }), worker)).toBeUndefined();
  });

  test('another cloud brings its own, which is broken wiring', () => {
    expect(() => readTemplate({ image: 'x' })).toThrow();
  });
});

test('the endpoint is the balancer of the API server', () => {
  expect(awsMachineCloud.endpoint(anAwsView())).toBe('shop.elb.test:6443');
  expect(awsMachineCloud.endpoint(anAwsView({ outputs: {} }))).toBeUndefined();
});

describe('revision', () => {
  const revision = awsMachineCloud.revision(anAwsView(), worker);
  const layers = anAwsProfile().layers;

  test('is a short hash', () => expect(revision).toMatch(/^[0-9a-f]{12}$/));

  test.each([
    ['the instance type', anAwsView(), anAwsPool({ ...worker, instanceType: 'm5.xlarge' })],
    ['the disk', anAwsView(), anAwsPool({ ...worker, disk: { sizeGiB: 80 } })],
    ['its type', anAwsView(), anAwsPool({ ...worker, disk: { sizeGiB: 60, type: 'gp2' } })],
    [
      'the Kubernetes version',
      anAwsView({ profile: anAwsProfile({ layers: layers.map((l) => ({ ...l, version: '1.34.0' })) }) }),
      worker,
    ],
    [
      'the image that the pack names',
      anAwsView({ spec: { packOverrides: { ubuntu: { image: { id: 'ami-9' } } } } }),
      worker,
    ],
  ])('another for %s', (_title, view, pool) => {
    expect(awsMachineCloud.revision(view, pool)).not.toBe(revision);
  });

  test.each([
    [
      'what changes in place',
      anAwsView(),
      anAwsPool({ ...worker, size: 9, labels: { a: 'b' }, capacity: 'on-demand' }),
    ],
    ['the default said aloud', anAwsView(), anAwsPool({ ...worker, disk: { sizeGiB: 60, type: 'gp3' } })],
    [
      'a newer image of the same packs',
      anAwsView({ outputs: { ...RECORDED, 'aws/image': { ...RECORDED['aws/image'], imageId: 'ami-2' } } }),
      worker,
    ],
    ['tags', anAwsView({ spec: { tags: { team: 'x' } } }), worker],
  ])('the same for %s', (_title, view, pool) => {
    expect(awsMachineCloud.revision(view, pool)).toBe(revision);
  });
});

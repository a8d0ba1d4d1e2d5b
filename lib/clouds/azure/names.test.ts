import { describe, expect, test } from '@jest/globals';
import { clusterKey } from '../../domain/cluster-key.ts';
import { asClusterId } from '../../domain/ids.ts';
import { agentPoolName, kubeconfigSecret, nodeResourceGroup, poolSpecHash } from './names.ts';

const id = asClusterId('1a2b3c4d-0000-4000-8000-000000000001');

describe('clusterKey', () => {
  test('joins the name and six digits of the uid', () => {
    expect(clusterKey('shop', id)).toBe('shop-1a2b3c');
  });
  test('cuts a long name and leaves no double hyphen', () => {
    expect(clusterKey('a-very-long-cluster--name-that-goes-on', id)).toBe('a-very-long-cluster-1a2b3c');
  });
});

describe('nodeResourceGroup', () => {
  test('names group, cluster and region', () => {
    expect(nodeResourceGroup('platform', 'shop-1a2b3c', 'westeurope')).toBe(
      'MC_platform_shop-1a2b3c_westeurope',
    );
  });
  test('cuts only the group, to 80 characters', () => {
    const name = nodeResourceGroup('g'.repeat(90), 'shop-1a2b3c', 'westeurope');
    expect(name).toHaveLength(80);
    expect(name.endsWith('_shop-1a2b3c_westeurope')).toBe(true);
  });
});

describe('pool names', () => {
  const spec = { instanceType: 'Standard_D4s_v5', diskSizeGiB: 60, zones: ['2', '1'] };

  test('the hash ignores the order of zones and the case of the size', () => {
    const same = { instanceType: 'standard_d4s_v5', diskSizeGiB: 60, zones: ['1', '2'] };
    expect(poolSpecHash(spec)).toBe(poolSpecHash(same));
  });
  test.each([
    ['size', { ...spec, instanceType: 'Standard_D8s_v5' }],
    ['disk', { ...spec, diskSizeGiB: 61 }],
    ['zones', { ...spec, zones: ['1'] }],
  ])('another %s is another hash', (_what, other) => {
    expect(poolSpecHash(other)).not.toBe(poolSpecHash(spec));
  });
  test.each(['system', 'abcdefghijkl', 'a'])('[A141] %s gives a name that AKS takes', (pool) => {
    expect(agentPoolName(pool, poolSpecHash(spec))).toMatch(/^[a-z][a-z0-9]{0,11}$/);
  });
  test('pools that share a slug do not share a name', () => {
    const hash = poolSpecHash(spec);
    expect(agentPoolName('workers01', hash)).not.toBe(agentPoolName('workers02', hash));
  });
  test('what exists keeps its names: these values may never change', () => {
    expect(poolSpecHash(spec)).toBe('02ae6026d002');
    expect(agentPoolName('Web-Workers', poolSpecHash(spec))).toBe('webworkejfk5');
    expect(agentPoolName('web', 'a')).toBe('weblpoc');
    expect(kubeconfigSecret(id)).toBe('kubeconfig-1a2b3c4d-0000-4000-8000-000000000001');
    expect(clusterKey('abcdefghijklmnopqrstuvwxyz', id)).toBe('abcdefghijklmnopqrst-1a2b3c');
  });
});

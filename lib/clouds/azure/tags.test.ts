import { describe, expect, test } from '@jest/globals';
import { asClusterId } from '../../domain/ids.ts';
import { clusterTags, managedKeys, mergeTags, poolTags, tagsSettled } from './tags.ts';

const owner = { id: asClusterId('u1'), name: 'shop', tags: { department: 'finance' } };

test('[A182] the cluster carries the tags of its owner and ours', () => {
  expect(clusterTags(owner)).toEqual({
    department: 'finance',
    slipway_cluster_uid: 'u1',
    slipway_cluster: 'shop',
    slipway_role: 'cluster',
  });
});

test('[A183] so does every pool, from where Azure copies them to machines', () => {
  expect(poolTags(owner, 'gpu', 'abc')).toEqual({
    department: 'finance',
    slipway_cluster_uid: 'u1',
    slipway_cluster: 'shop',
    slipway_role: 'node',
    slipway_pool: 'gpu',
    slipway_spec: 'abc',
  });
});

describe('a change of tags', () => {
  const wish = { want: { a: '1' }, managed: ['a', 'b'] };

  test.each([
    ['wanted and nothing left over', { a: '1', foreign: 'x' }, true],
    ['another value', { a: '2' }, false],
    ['missing', {}, false],
    ['one that was taken back is still there', { a: '1', b: '2' }, false],
    ['the case of a key that Azure kept from before', { A: '1' }, true],
    ['one that was taken back, in another case', { a: '1', B: '2' }, false],
  ])('%s', (_case, observed, settled) => {
    expect(tagsSettled(observed, wish)).toBe(settled);
  });
  test('keeps what others set, takes back what we set', () => {
    expect(mergeTags({ foreign: 'x', b: '2', a: '0' }, wish)).toEqual({ foreign: 'x', a: '1' });
  });
  test('never sends one key in two cases: Azure refuses that', () => {
    expect(mergeTags({ A: '0', B: '2', foreign: 'x' }, wish)).toEqual({ foreign: 'x', a: '1' });
  });
  test('remembers only keys of ours that are really there', () => {
    expect(managedKeys({ foreign: 'x', b: '2', a: '1' }, wish)).toEqual(['a', 'b']);
    expect(managedKeys({ foreign: 'x', B: '2' }, wish)).toEqual(['B']);
  });
});

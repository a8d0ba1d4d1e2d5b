import { describe, expect, test } from '@jest/globals';
import { aMember } from '../../../test/builders/machines.ts';
import type { EtcdMember } from '../../kube/self-managed.ts';
import { isWhole, mayRemoveDead, mayRemoveWorking, otherThan } from './etcd.ts';

const well = (...names: readonly string[]): EtcdMember[] => names.map((name) => aMember(name));
const dead = (name: string): EtcdMember => aMember(name, { healthy: false });
const learner = (name: string): EtcdMember => aMember(name, { learner: true });
const unstarted = aMember('', { id: 'new', started: false, healthy: false, learner: true });

describe('isWhole', () => {
  test.each<[string, readonly EtcdMember[], boolean]>([
    ['three healthy voters', well('a', 'b', 'c'), true],
    ['nobody', [], false],
    ['one that does not answer', [...well('a', 'b'), dead('c')], false],
    ['one that still learns', [...well('a', 'b'), learner('c')], false],
    ['one that has not started', [...well('a'), unstarted], false],
  ])('%s', (_what, members, whole) => {
    expect(isWhole(members)).toBe(whole);
  });
});

describe('a member that works may leave', () => {
  test.each<[string, readonly EtcdMember[], boolean]>([
    ['when both others are well', well('x', 'b', 'c'), true],
    ['when its only other is well', well('x', 'b'), true],
    ['not when it is the only one', well('x'), false],
    ['not while another one is ill', [...well('x', 'b'), dead('c')], false],
    ['not while another one learns', [...well('x', 'b'), learner('c')], false],
    ['also when it is ill itself', [dead('x'), ...well('b', 'c')], true],
  ])('%s', (_what, members, may) => {
    expect(mayRemoveWorking(members, members.find(({ name }) => name === 'x') ?? aMember('x'))).toBe(may);
  });
});

describe('a dead member is removed', () => {
  test.each<[string, readonly EtcdMember[], boolean]>([
    ['when two of three are well', [dead('x'), ...well('b', 'c')], true],
    ['when three of five are well', [dead('x'), dead('y'), ...well('c', 'd', 'e')], true],
    ['not when one of two is left: nothing can be decided', [dead('x'), ...well('b')], false],
    ['not when two of five are left', [dead('x'), dead('y'), dead('z'), ...well('d', 'e')], false],
    ['when it is one of two and works, though its machine is no node', well('x', 'b'), true],
    ['not when it works and only one of two others does', [...well('x', 'b'), dead('c')], false],
    ['when it never learned to vote', [aMember('x', { learner: true, healthy: false }), ...well('b')], true],
  ])('%s', (_what, members, may) => {
    expect(mayRemoveDead(members, members.find(({ name }) => name === 'x') ?? aMember('x'))).toBe(may);
  });
});

test.each<[string, readonly EtcdMember[], string | undefined]>([
  ['the leader', [...well('x', 'b'), aMember('c', { leader: true })], 'c'],
  ['without another leader the first by name', [aMember('x', { leader: true }), ...well('c', 'b')], 'b'],
  ['nobody who is ill or learns', [...well('x'), dead('b'), learner('c')], undefined],
])('is asked through %s', (_what, members, via) => {
  expect(otherThan(members, members[0] ?? aMember('x'))?.name).toBe(via);
});

import { describe, expect, test } from '@jest/globals';
import type { ObjectRef } from '../kube/objects.ts';
import { keptBecause, listed, type Preview, planPrune } from './prune.ts';

const ref = (name: string, kind = 'ConfigMap'): ObjectRef => ({
  apiVersion: 'v1',
  kind,
  name,
  namespace: 'default',
});
const four = ['a', 'b', 'c', 'd'].map((name) => ref(name));
const plan = (wanted: readonly ObjectRef[], preview?: Preview, nowMs = 1_000_000) =>
  planPrune({ had: four, wanted, preview, nowMs });

describe('what a pack no longer brings', () => {
  test('nothing, when it still brings everything', () => {
    expect(plan([...four, ref('e')])).toEqual({ kind: 'nothing' });
  });

  test('half of it goes at once', () => {
    expect(plan([ref('a'), ref('b')])).toEqual({ kind: 'prune', remove: [ref('c'), ref('d')] });
  });

  test('more than half is said first', () => {
    expect(plan([ref('a')])).toMatchObject({
      kind: 'preview',
      remove: [ref('b'), ref('c'), ref('d')],
      preview: { atMs: 1_000_000 },
    });
  });

  test('and goes when it was said long enough ago', () => {
    const said = plan([ref('a')]);
    const preview = said.kind === 'preview' ? said.preview : undefined;
    expect(plan([ref('a')], preview, 1_119_999)).toMatchObject({ kind: 'preview', preview });
    expect(plan([ref('a')], preview, 1_120_000)).toMatchObject({ kind: 'prune' });
  });

  test('something else to go has to be said anew', () => {
    const said = plan([ref('a')]);
    const preview = said.kind === 'preview' ? said.preview : undefined;
    expect(plan([], preview, 9_000_000)).toMatchObject({ kind: 'preview', preview: { atMs: 9_000_000 } });
  });

  test('another version of the same group is the same object', () => {
    const old: ObjectRef = { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'a' };
    const wanted = [{ ...old, apiVersion: 'policy/v1' }];
    expect(planPrune({ had: [old], wanted, preview: undefined, nowMs: 0 })).toEqual({ kind: 'nothing' });
  });
});

describe('what stays', () => {
  const ours = { 'app.kubernetes.io/managed-by': 'slipway', 'slipway.io/pack': 'shop' };
  const live = (metadata: object) => ({ metadata: { name: 'a', labels: ours, ...metadata } });

  test.each([
    ['an object of the pack goes', ref('a'), live({}), undefined],
    ['one whose labels were taken off', ref('a'), live({ labels: {} }), 'it is not ours any more'],
    [
      'one that another pack has',
      ref('a'),
      live({ labels: { ...ours, 'slipway.io/pack': 'other' } }),
      'it is not ours any more',
    ],
    [
      'one that somebody protects',
      ref('a'),
      live({ annotations: { 'slipway.io/prune': 'disabled' } }),
      'its annotation slipway.io/prune says so',
    ],
    ['a namespace', ref('a', 'Namespace'), live({}), 'it may hold what is not ours'],
    ['a definition', ref('a', 'CustomResourceDefinition'), live({}), 'it may hold what is not ours'],
    ['a claim', ref('a', 'PersistentVolumeClaim'), live({}), 'it may hold what is not ours'],
  ])('%s', (_what, of, object, why) => {
    expect(keptBecause('shop', of, object)).toBe(why);
  });
});

test('a long list is cut, and says so', () => {
  const many = ['g', 'f', 'e', 'd', 'c', 'b', 'a'].map((name) => ref(name));
  expect(listed(many)).toBe(
    'ConfigMap default/a, ConfigMap default/b, ConfigMap default/c, ConfigMap default/d, ConfigMap default/e and 2 more',
  );
});

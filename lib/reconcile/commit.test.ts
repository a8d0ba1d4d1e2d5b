import { describe, expect, test } from '@jest/globals';
import { aCluster, NOON_MS } from '../../test/builders/cluster.ts';
import { anOutcome, aRecord } from '../../test/builders/step-outcome.ts';
import type { OwnedResource } from '../clouds/port.ts';
import type { ClusterDocument, LedgerEntry } from '../domain/cluster.ts';
import type { Condition } from '../domain/conditions.ts';
import { fail, ok } from '../domain/errors.ts';
import { commitOf, type PassResult } from './commit.ts';
import { createPacing } from './pacing.ts';

const NOON = '2026-11-20T12:00:00.000Z';
const HALF_PAST_ELEVEN = '2026-11-20T11:30:00.000Z';
const pacing = createPacing(1);

function commit(document: ClusterDocument, result: Partial<PassResult> = {}) {
  const deleting = document.deletedAt !== undefined;
  return commitOf(
    { document, outcomes: [anOutcome()], full: false, lookMs: NOON_MS - 1_000, ...result },
    { nowMs: NOON_MS, pacing, chance: { next: () => 0.5 }, deleting },
    { quietMs: 180_000, pacing },
  ).document;
}

const succeeded: Condition = {
  type: 'CreatingInfrastructure',
  title: 'Creating Infrastructure',
  status: 'Succeeded',
  reason: 'ClusterReady',
  message: '',
  attempts: 0,
  lastTransitionAt: NOON,
  observedGeneration: 1,
};
const waiting = anOutcome({ turn: { kind: 'waiting', reason: 'CreatingCluster', forMs: 60_000 } });

describe("the protocol's fields", () => {
  test('are raised by one; the generation is observed', () => {
    expect(commit(aCluster({ revision: 7, wake: 4, generation: 3 }))).toMatchObject({
      revision: 8,
      wake: 5,
      generation: 3,
      observedGeneration: 3,
      updatedAt: NOON,
      nextAttemptAt: '2026-11-20T12:03:00.000Z',
    });
  });

  test('a look at everything is dated by its beginning', () => {
    expect(commit(aCluster(), { full: true }).lastFullLookAt).toBe('2026-11-20T11:59:59.000Z');
    expect(commit(aCluster(), { full: false }).lastFullLookAt).toBeUndefined();
  });

  test('a crash is over with the pass that ended well', () => {
    expect('crash' in commit(aCluster({ crash: { attempts: 2, at: NOON } }))).toBe(false);
  });

  test('the first time that everything has succeeded is kept', () => {
    const earlier = '2026-11-20T10:00:00.000Z';
    expect(commit(aCluster()).provisionedAt).toBe(NOON);
    expect(commit(aCluster(), { outcomes: [waiting] }).provisionedAt).toBeUndefined();
    expect(commit(aCluster({ provisionedAt: earlier })).provisionedAt).toBe(earlier);
  });

  test('answered intents are closed, others stay open', () => {
    const intents = { 'vm#0': { at: NOON }, 'vm#1': { at: NOON } };
    const outcomes = [anOutcome({ closedIntents: ['vm#0'] })];
    expect(commit(aCluster({ intents }), { outcomes }).intents).toEqual({ 'vm#1': { at: NOON } });
  });
});

describe('the ledger', () => {
  const row = (id: string): LedgerEntry => ({
    kind: 'k',
    id,
    name: id,
    role: 'r',
    origin: 'created',
    state: 'Ready',
  });
  const ledger = { 'aks/cluster': [row('old')], 'aks/pool:gone': [row('gone')] };

  test.each([
    ['what was seen takes the place of what was known', [row('new')], { 'aks/cluster': [row('new')] }],
    ['what was not looked at stays', undefined, { 'aks/cluster': [row('old')] }],
    ['nothing seen: no entry', [], {}],
  ])('%s, and steps that are over leave it', (_what, resources, expected) => {
    const outcomes = [anOutcome(resources === undefined ? {} : { resources }), anOutcome({ step: 'other' })];
    expect(commit(aCluster({ ledger }), { outcomes }).ledger).toEqual(expected);
  });
});

test('version and endpoint are read off the outputs of the steps', () => {
  const outcomes = [
    anOutcome({ step: 'a' }),
    anOutcome({ step: 'b', outputs: { kubernetesVersion: '1.33.2', apiEndpoint: 'https://shop' } }),
  ];
  expect(commit(aCluster(), { outcomes })).toMatchObject({
    kubernetesVersion: '1.33.2',
    apiEndpoint: 'https://shop',
  });
  expect(commit(aCluster()).kubernetesVersion).toBeUndefined();
  expect(commit(aCluster({ kubernetesVersion: '1.32.0' })).kubernetesVersion).toBe('1.32.0');
});

describe('what others hear', () => {
  const running = aCluster({
    observedGeneration: 1,
    conditions: [succeeded],
    steps: { 'aks/cluster': aRecord({ phase: 'done', reason: 'ClusterReady' }) },
  });
  const creating = aRecord({ phase: 'active', reason: 'CreatingCluster', changedAt: HALF_PAST_ELEVEN });
  const active: Condition = { ...succeeded, status: 'Active' };
  const slow = aCluster({ conditions: [active], steps: { 'aks/cluster': creating } });
  const told = { ...slow, steps: { 'aks/cluster': { ...creating, stalled: true } } };
  const STALLED = { wake: 2, at: NOON, conditions: [], stalled: ['aks/cluster'] };

  test.each<[string, ClusterDocument, Partial<PassResult>, ClusterDocument['outbox']]>([
    ['it is up', aCluster(), {}, { wake: 2, at: NOON, conditions: ['CreatingInfrastructure'], finished: 1 }],
    [
      'work has begun',
      aCluster(),
      { outcomes: [waiting] },
      { wake: 2, at: NOON, conditions: ['CreatingInfrastructure'] },
    ],
    ['nothing new', running, {}, undefined],
    [
      'a change that needed nothing is carried out',
      { ...running, generation: 2 },
      {},
      { wake: 2, at: NOON, conditions: [], finished: 2 },
    ],
    [
      'it drifted',
      running,
      { outcomes: [waiting] },
      { wake: 2, at: NOON, conditions: ['CreatingInfrastructure'] },
    ],
    ['[A94] nothing has moved for half an hour', slow, { outcomes: [waiting] }, STALLED],
    ['[A94] it was told already', told, { outcomes: [waiting] }, undefined],
  ])('%s', (_what, document, result, outbox) => {
    expect(commit({ ...document, outbox: { wake: 1, at: NOON, conditions: [] } }, result).outbox).toEqual(
      outbox,
    );
  });
});

describe('what is left of a deletion', () => {
  const deleted = aCluster({ deletedAt: '2026-11-20T11:59:00.000Z' });
  const owned = (count: number): readonly OwnedResource[] =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'disk',
      id: `/${index}`,
      name: `d${count - index}`,
      clusterUid: deleted.id,
    }));
  const leftovers = (left: NonNullable<PassResult['owned']>) =>
    commit(deleted, { owned: left }).steps.leftovers;

  test('nothing: no step of its own', () => {
    expect(leftovers(ok([]))).toBeUndefined();
  });

  test.each([
    [2, 'Waiting for disk d1, disk d2 to disappear.'],
    [5, 'Waiting for disk d1, disk d2, disk d3, disk d4, disk d5 to disappear.'],
    [6, 'Waiting for disk d1, disk d2, disk d3, disk d4, disk d5 and more to disappear.'],
  ])('%i disks are waited for by name', (count, message) => {
    expect(leftovers(ok(owned(count)))).toMatchObject({
      title: 'Remove what is left',
      condition: 'DeletingInfrastructure',
      phase: 'active',
      reason: 'ResourcesRemain',
      message,
      nextAttemptAt: '2026-11-20T12:01:00.000Z',
    });
  });

  test('a list that failed says so', () => {
    const error = { code: 'Unauthorized', message: 'Forbidden: no', source: 'test' } as const;
    expect(leftovers(fail(error))).toMatchObject({
      phase: 'failed',
      reason: 'Unauthorized',
      message: 'Forbidden: no',
    });
  });
});

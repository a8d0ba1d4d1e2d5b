import { beforeEach, expect, test } from '@jest/globals';
import { storeAccount } from '../../test/builders/account.ts';
import { aCluster, aPool, aSpec } from '../../test/builders/cluster.ts';
import { aPoolInput } from '../../test/builders/cluster-input.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import type { Outcome } from '../domain/refusal.ts';
import { addPool, changePool, patchCluster, putPackValues } from './edit.ts';
import { findCluster } from './read.ts';
import { storeNew } from './store-new.ts';

const before = aCluster({ spec: aSpec({ pools: [aPool(), aPool({ name: 'work', system: false })] }) });
const edit = { document: before, strict: false };
let deps: TestDeps;
beforeEach(async () => {
  deps = someDeps();
  await storeAccount(deps);
  await storeNew(deps, before);
});

const stored = async () => (await findCluster(deps, 'default', 'shop'))?.spec;

test('[A50] two changes from the same read both count', async () => {
  await changePool(deps, edit, 'work', { size: 7 });
  const second = await patchCluster(deps, edit, { description: 'the shop' });
  expect(second).toMatchObject({ ok: true, value: { document: { generation: 3 } } });
  expect(await stored()).toMatchObject({ description: 'the shop', pools: [{ size: 3 }, { size: 7 }] });
});

test('the second change is judged on what the first one left', async () => {
  await addPool(deps, edit, aPoolInput({ name: 'gpu', system: false }));
  const second = await addPool(deps, edit, aPoolInput({ name: 'gpu', system: false }));
  expect(second).toMatchObject({
    refusal: {
      findings: expect.arrayContaining([expect.objectContaining({ code: 'POOL_NAME_TAKEN', status: 409 })]),
    },
  });
  expect((await stored())?.pools).toHaveLength(3);
});

test('[A50] with If-Match the second change is refused', async () => {
  await changePool(deps, edit, 'work', { size: 7 });
  const second = await changePool(deps, { ...edit, ifGeneration: 1, document: before }, 'work', { size: 9 });
  expect(second).toEqual({ ok: false, refusal: { kind: 'stale', generation: 2 } });
  expect((await stored())?.pools[1]?.size).toBe(7);
});

test('strict turns a warning of preflight into a refusal', async () => {
  deps.cloud.findings = [{ severity: 'warning', code: 'QUOTA_SHORT', path: '/size', message: 'short' }];
  expect((await changePool(deps, { ...edit, strict: true }, 'work', { size: 9 })).ok).toBe(false);
  const relaxed = await changePool(deps, edit, 'work', { size: 9 });
  expect(relaxed.ok && relaxed.value.warnings.map(({ code }) => code)).toContain('QUOTA_SHORT');
});

test('a patch of words asks the cloud nothing', async () => {
  await patchCluster(deps, edit, { description: 'the shop' });
  expect(deps.cloud.verified).toEqual([]);
});

test('[A50] many changes at once all count', async () => {
  const changes = Array.from({ length: 40 }, (_, index) => ({ tags: { [`key-${index}`]: 'x' } }));
  const outcomes = await Promise.all(changes.map((raw) => patchCluster(deps, edit, raw)));
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  expect(Object.keys((await stored())?.tags ?? {})).toHaveLength(40);
});

test('what the cloud says of a pool is placed where the request has the pool', async () => {
  const finding = { severity: 'error', code: 'INSTANCE_TYPE_INVALID', message: 'no size' } as const;
  deps.cloud.findings = [
    { ...finding, path: '/pools/1/instanceType' },
    { ...finding, code: 'MIN_CPU', path: '/pools' },
  ];
  const said = async (outcome: Promise<Outcome<unknown>>) => {
    const { refusal } = { refusal: undefined, ...(await outcome) };
    return refusal?.kind === 'invalid'
      ? refusal.findings
          .filter(({ severity }) => severity === 'error')
          .map(({ code, path }) => `${code} ${path}`)
      : [];
  };
  expect(await said(changePool(deps, edit, 'work', { size: 9 }))).toEqual([
    'INSTANCE_TYPE_INVALID /instanceType',
    'MIN_CPU ',
  ]);
  expect(await said(changePool(deps, edit, 'work', { instanceType: null }))).toEqual([
    'INSTANCE_TYPE_INVALID /instanceType',
  ]);
});

test('[A10] overrides of all packs together have a limit', async () => {
  const half = { text: 'x'.repeat(600 * 1024) };
  expect((await putPackValues(deps, edit, 'prometheus', half)).ok).toBe(true);
  expect(await putPackValues(deps, edit, 'cni-azure', half)).toMatchObject({
    refusal: { findings: [{ code: 'PACK_VALUES_TOO_LARGE', path: '/values' }] },
  });
  expect((await putPackValues(deps, edit, 'prometheus', {})).ok).toBe(true);
});

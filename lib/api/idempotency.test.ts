import { beforeEach, describe, expect, test } from '@jest/globals';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { answer } from './answer.ts';
import { type Claim, claimKey, type KeyUse } from './idempotency.ts';

const use: KeyUse = {
  key: 'k1',
  project: 'default',
  caller: 'ada',
  route: 'POST /api/v1/projects/default/clusters',
  query: '',
  body: { name: 'shop', clientSecret: 's3cret' },
};
const done = answer(202, { name: 'shop' }, { etag: '"1.1"' });

let deps: TestDeps;
beforeEach(() => {
  deps = someDeps();
});

const claim = (fields: Partial<KeyUse> = {}) => claimKey(deps, { ...use, ...fields });
const holdOf = (claimed: Claim) => {
  if (claimed.kind !== 'claimed') throw new Error('the key was not free');
  return claimed.hold;
};

describe('[A132] a key', () => {
  test('while the first request runs, others wait', async () => {
    await claim();
    expect(await claim()).toMatchObject({
      kind: 'answered',
      answer: { status: 409, code: 'IDEMPOTENCY_IN_PROGRESS', headers: { 'retry-after': '2' } },
    });
  });

  test('afterwards it gives the same answer, whatever the order of the fields', async () => {
    await holdOf(await claim()).keep(done);
    expect(await claim({ body: { clientSecret: 's3cret', name: 'shop' } })).toEqual({
      kind: 'answered',
      answer: done,
    });
  });

  test('another body is a mismatch, also while the first one runs', async () => {
    await claim();
    expect(await claim({ body: {} })).toMatchObject({
      answer: { status: 409, code: 'IDEMPOTENCY_MISMATCH' },
    });
  });

  test('a request that died lets go of it after five minutes', async () => {
    await claim();
    deps.time.nowMs += 5 * 60_000 - 1;
    expect(await claim()).toMatchObject({ kind: 'answered' });
    deps.time.nowMs += 1;
    expect(await claim()).toMatchObject({ kind: 'claimed' });
    expect(await claim()).toMatchObject({ answer: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
  });

  test('a request that was thought dead does not overwrite what its successor answered', async () => {
    const slow = holdOf(await claim());
    deps.time.nowMs += 5 * 60_000;
    await holdOf(await claim()).keep(done);
    await slow.keep(answer(500));
    await slow.keep(answer(202, { name: 'other' }));
    expect(await claim()).toEqual({ kind: 'answered', answer: done });
  });

  test('a failure of ours frees it', async () => {
    await holdOf(await claim()).keep(answer(503));
    expect(await claim()).toMatchObject({ kind: 'claimed' });
  });

  test('it is forgotten after a day', async () => {
    await holdOf(await claim()).keep(done);
    deps.time.nowMs += 24 * 3_600_000 + 1_000;
    expect(await claim()).toMatchObject({ kind: 'claimed' });
  });

  test('of many at once one gets it', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim()));
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
  });

  test('neither the key nor the body is stored', async () => {
    await holdOf(await claim({ key: 'a-key-of-mine' })).keep(done);
    const page = await deps.store.query({
      container: 'idempotency',
      partition: 'default',
      where: [],
      limit: 10,
    });
    expect(page.items).toHaveLength(1);
    expect(JSON.stringify(page)).not.toMatch(/s3cret|a-key-of-mine/);
  });
});

import { describe, expect, test } from '@jest/globals';
import { anAksCloud, aPool } from '../../../test/builders/cluster.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { poolSetFindings } from './pool-set.ts';

const user = (fields: Partial<PoolSpec> = {}) => aPool({ name: 'user', system: false, ...fields });
const said = (pools: readonly PoolSpec[]) =>
  poolSetFindings({ cloud: anAksCloud(), pools, at: 'change', path: '' }).map(
    ({ severity, code, path, status }) => ({
      severity,
      code,
      path,
      status,
    }),
  );
const last = { severity: 'error', code: 'LAST_SYSTEM_POOL', path: '', status: 409 };

describe('[A147] a change may not take the last system pool away', () => {
  test.each<[string, readonly PoolSpec[], readonly unknown[]]>([
    ['deleted', [user()], [last]],
    ['scaled to 0', [aPool({ size: 0 }), user()], [last]],
    ['unmarked', [aPool({ system: false }), user()], [last]],
    ['one of two deleted', [aPool(), user()], []],
    [
      'an empty second one',
      [aPool(), aPool({ name: 'second', size: 0 })],
      [{ severity: 'error', code: 'POOL_SIZE_INVALID', path: '/size', status: undefined }],
    ],
    [
      'a name twice',
      [aPool(), user({ name: 'system' })],
      [{ severity: 'error', code: 'POOL_NAME_TAKEN', path: '/name', status: 409 }],
    ],
    [
      '[A148] scaled below three',
      [aPool({ size: 2 })],
      [{ severity: 'warning', code: 'SYSTEM_POOL_BELOW_THREE', path: '', status: undefined }],
    ],
  ])('%s', (_title, pools, expected) => {
    expect(said(pools)).toEqual(expected);
  });
});

import { describe, expect, test } from '@jest/globals';
import { facts } from '../../../../test/builders/azure-facts.ts';
import { aPool } from '../../../../test/builders/cluster.ts';
import { quotaFindings } from './quota-rules.ts';

describe('quota', () => {
  const usage = (current: number) => ({
    ...facts,
    computeUsage: [
      { name: 'cores', current, limit: 350 },
      { name: 'standardDSv5Family', current: 0, limit: 350 },
    ],
  });

  test('[A110] enough is silent', () => {
    expect(quotaFindings([aPool({ size: 3 })], [], usage(338))).toEqual([]);
  });
  test('[A110] short is a warning with the numbers', () => {
    expect(quotaFindings([aPool({ size: 3 })], [], usage(340))).toMatchObject([
      {
        severity: 'warning',
        code: 'QUOTA_SHORT',
        message: '12 more vCPUs are needed, 10 of 350 are left for all sizes together.',
      },
    ]);
  });
  test('[A110] nodes that run are in Azure’s count already', () => {
    expect(quotaFindings([aPool({ size: 4 })], [aPool({ size: 3 })], usage(345))).toEqual([]);
  });
});

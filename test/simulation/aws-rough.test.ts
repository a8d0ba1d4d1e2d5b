/** Beside aws.test.ts, so that no processor waits for the other at the end of all tests. */
import { expect, test } from '@jest/globals';
import { LIMIT_MS, SHORT, seeds } from './aws-seeds.ts';
import { ROUGH } from './incarnation.ts';

test(
  '[A84, A85, A238, A247] clusters on EC2 converge through crashes, lost and late requests, lost machines and spot prices',
  async () => {
    const reports = await seeds(1, 4, { ...SHORT, faults: ROUGH });
    const clusters = reports.reduce((sum, report) => sum + report.clusters, 0);
    // A world in which nothing gets far would hold every promise.
    expect(clusters).toBeGreaterThan(4);
  },
  LIMIT_MS,
);

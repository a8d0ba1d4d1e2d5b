import { expect, test } from '@jest/globals';
import { LIMIT_MS, SHORT, seeds } from './aws-seeds.ts';
import { simulateAws } from './aws-world.ts';
import { NO_FAULTS, ROUGH } from './incarnation.ts';

test(
  'one seed is one history, request by request and without real time',
  async () => {
    const options = { ...SHORT, roughMinutes: 15, faults: ROUGH, seed: 7 };
    // The first one of this process: what is loaded once must not show.
    const first = await simulateAws(options);
    expect(await simulateAws(options)).toEqual(first);
  },
  LIMIT_MS,
);

test(
  'without faults every cluster on EC2 becomes and ends as asked for',
  async () => {
    const reports = await seeds(1, 2, { ...SHORT, faults: NO_FAULTS });
    expect(reports.every((report) => report.told.yes > 0)).toBe(true);
  },
  LIMIT_MS,
);

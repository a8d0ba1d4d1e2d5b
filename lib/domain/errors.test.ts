import { expect, test } from '@jest/globals';
import { BLAME, RETRY } from './errors.ts';

test('[A86] every class of failure has a pace of its own and someone who can mend it', () => {
  const classes = Object.entries(RETRY).map(([code, pace]) => `${code} ${pace} ${Reflect.get(BLAME, code)}`);
  expect(classes).toEqual([
    'Throttled after-hint cloud',
    'Unavailable backoff cloud',
    'Conflict soon cloud',
    'NotFound backoff cloud',
    'CapacityUnavailable slow cloud',
    'QuotaExceeded slow account',
    'Unauthorized slow account',
    'PolicyDenied slow account',
    'DependencyInUse backoff cloud',
    'InvalidRequest slow request',
    'Unknown backoff slipway',
  ]);
});

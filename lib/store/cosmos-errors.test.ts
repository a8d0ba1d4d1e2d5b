import { describe, expect, test } from '@jest/globals';
import { errorOf, failureOf, refusalOf } from './cosmos-errors.ts';
import { DocumentTooLargeError, StoreUnavailableError } from './port.ts';

describe('a failure of the client', () => {
  test.each([
    [{ code: 409 }, 'stale'],
    [{ code: 412 }, 'stale'],
    [{ code: 404 }, 'absent'],
    [{ code: 404, substatus: 1002 }, undefined],
    [{ code: 404, substatus: 1003 }, undefined],
    [{ code: 403 }, undefined],
    [{ code: 429 }, undefined],
  ])('%j is %s to the caller', (failure, kind) => {
    expect(refusalOf(failure)).toBe(kind);
  });

  test.each([
    { code: 408 },
    { code: 410 },
    { code: 429 },
    { code: 449 },
    { code: 500 },
    { code: 503 },
    { code: 404, substatus: 1002 },
    { code: 'ECONNREFUSED' },
    { code: 'TimeoutError' },
    { name: 'AbortError' },
  ])('%j is a store that cannot be reached', (cause) => {
    expect(errorOf(cause, 'clusters.read')).toEqual(
      new StoreUnavailableError('clusters.read: no answer to rely on', { cause }),
    );
  });

  test.each([
    { code: 400 },
    { code: 401 },
    { code: 403 },
    { code: 404, substatus: 1003 },
    new TypeError('x'),
  ])('%j is thrown as it came', (cause) => {
    expect(errorOf(cause, 'clusters.read')).toBe(cause);
  });

  test('413 is a document that is too large', () => {
    expect(errorOf({ code: 413 }, 'clusters.create')).toBeInstanceOf(DocumentTooLargeError);
  });

  test('inside the wrapper of a batch is found', () => {
    const cause = { code: 429 };
    expect(failureOf(new Error('Batch request error', { cause }))).toBe(cause);
  });
});

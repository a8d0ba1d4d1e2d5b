import { expect, test } from '@jest/globals';
import { conflict, violation, warning } from './findings.ts';

test('a finding has severity, code, place and words; a conflict answers 409; a hint is for who has one', () => {
  const base = { code: 'CODE', path: '/a', message: 'No.' };
  expect(violation('CODE', '/a', 'No.')).toEqual({ severity: 'error', ...base });
  expect(conflict('CODE', '/a', 'No.', 'Do.')).toEqual({
    severity: 'error',
    ...base,
    hint: 'Do.',
    status: 409,
  });
  expect(warning('CODE', '/a', 'No.')).toEqual({ severity: 'warning', ...base });
  expect(warning('CODE', '/a', 'No.', 'Do.')).toEqual({ severity: 'warning', ...base, hint: 'Do.' });
});

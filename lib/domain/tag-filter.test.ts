import { expect, test } from '@jest/globals';
import { matchesTags, type TagFilter } from './tag-filter.ts';

const finance = { tag: 'department', is: 'finance' };
const notFinance = { tag: 'department', isNot: 'finance' };
const prod = { tag: 'stage', is: 'prod' };

const rows: readonly [string, TagFilter | undefined, Record<string, string>, boolean][] = [
  ['no filter admits everything', undefined, {}, true],
  ['is: equal', { and: [finance] }, { department: 'finance' }, true],
  ['is: other value', { and: [finance] }, { department: 'hr' }, false],
  ['is: missing tag', { and: [finance] }, {}, false],
  ['is: case counts', { and: [finance] }, { department: 'Finance' }, false],
  ['isNot: equal', { and: [notFinance] }, { department: 'finance' }, false],
  ['isNot: other value', { and: [notFinance] }, { department: 'hr' }, true],
  ['isNot: missing tag', { and: [notFinance] }, {}, true],
  ['and: one fails', { and: [finance, prod] }, { department: 'finance' }, false],
  ['and: both hold', { and: [finance, prod] }, { department: 'finance', stage: 'prod' }, true],
  ['or: one holds', { or: [finance, prod] }, { stage: 'prod' }, true],
  ['or: none holds', { or: [finance, prod] }, {}, false],
  ['nested', { and: [prod, { or: [finance, { tag: 'x', is: '1' }] }] }, { stage: 'prod', x: '1' }, true],
  ['a tag named like a method is no tag', { and: [{ tag: 'toString', isNot: 'x' }] }, {}, true],
];
test.each(rows)('[A188] %s', (_title, filter, tags, admitted) => {
  expect(matchesTags(filter, tags)).toBe(admitted);
});

import { expect, test } from '@jest/globals';
import { type CloudError, fail, ok } from '../../../domain/errors.ts';
import { together } from './together.ts';

const error = (source: string, outcomeUnknown = false): CloudError => ({
  code: 'Unavailable',
  message: 'm',
  source,
  ...(outcomeUnknown ? { outcomeUnknown } : {}),
});
const made = Promise.resolve(ok('made'));
const refused = Promise.resolve(fail(error('refused')));
const lost = Promise.resolve(fail(error('lost', true)));

test.each([
  ['all made', [made, made], ok(['made', 'made'])],
  ['nothing asked', [], ok([])],
  ['a part refused: the rest counts', [refused, made], ok(['made'])],
  ['all refused', [refused, refused], fail(error('refused'))],
  [
    'one answer lost: the act has failed, so that its intent stays',
    [made, refused, lost],
    fail(error('lost', true)),
  ],
])('%s', async (_title, writes, result) => {
  expect(await together(writes)).toEqual(result);
});

test('one that throws is told after all have ended', async () => {
  const ended: string[] = [];
  const slow = Promise.resolve()
    .then(() => Promise.resolve())
    .then(() => {
      ended.push('slow');
      return ok('made');
    });
  await expect(together([Promise.reject(new Error('late')), slow])).rejects.toThrow('late');
  expect(ended).toEqual(['slow']);
});

/** Lists in pages. */
import { expect, test } from '@jest/globals';
import { collect, type Page } from './collect.ts';

const pages = (...all: readonly Page<number>[]) => {
  const from: (string | undefined)[] = [];
  const ask = async (next: string | undefined) => {
    from.push(next);
    return all[from.length - 1] ?? { items: undefined, next: undefined };
  };
  return { ask, from };
};

test.each<readonly [string, readonly Page<number>[], readonly number[], readonly (string | undefined)[]]>([
  ['one page', [{ items: [1], next: undefined }], [1], [undefined]],
  ['an empty token is the end', [{ items: [1], next: '' }], [1], [undefined]],
  [
    'several, one of them empty',
    [
      { items: [1], next: 'b' },
      { items: undefined, next: 'c' },
      { items: [2], next: undefined },
    ],
    [1, 2],
    [undefined, 'b', 'c'],
  ],
])('%s', async (_title, all, items, asked) => {
  const { ask, from } = pages(...all);
  expect(await collect('ec2.x', ask)).toEqual({ ok: true, value: items });
  expect(from).toEqual(asked);
});

test('a cloud that never comes to an end is left', async () => {
  let asked = 0;
  const seen = await collect('ec2.x', async () => {
    asked += 1;
    return { items: [asked], next: 'more' };
  });
  expect([seen.ok, asked]).toEqual([true, 100]);
});

test('half a list is none', async () => {
  let asked = 0;
  const seen = await collect('ec2.x', async () => {
    asked += 1;
    if (asked === 2) throw Object.assign(new Error('no'), { Code: 'UnauthorizedOperation' });
    return { items: [asked], next: 'more' };
  });
  expect(seen).toMatchObject({ ok: false, error: { code: 'Unauthorized' } });
});

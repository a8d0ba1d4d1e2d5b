import { expect, test } from '@jest/globals';
import { once } from './once.ts';

test('all share one answer until it is forgotten', async () => {
  let asked = 0;
  const answer = once(async () => {
    asked += 1;
    return asked;
  });
  expect(await Promise.all([answer.get(), answer.get()])).toEqual([1, 1]);
  answer.forget();
  expect(await answer.get()).toBe(2);
});

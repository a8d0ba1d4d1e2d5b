import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinTokenOf } from './join-token.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const textOf = (key: string, pool: string, index: number, attempt: number) => {
  const { id, secret } = joinTokenOf(key, { pool, index, attempt });
  return `${id}.${secret.reveal()}`;
};

test('every token is one that Kubernetes accepts', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.nat(),
      fc.nat(),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (...given) => {
        const [pool, index, attempt, key] = given;
        const token = textOf(Buffer.from(key).toString('base64'), pool, index, attempt);
        expect(token).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/);
      },
    ),
  );
});

test('the same try at the same machine has the same token, for ever', () => {
  expect(textOf(KEY, 'workers', 0, 1)).toBe('6oeose.znf48fbf6ruifej6');
});

test('any other try, machine, pool or cluster has another one', () => {
  const others = [
    textOf(KEY, 'workers', 0, 2),
    textOf(KEY, 'workers', 1, 1),
    textOf(KEY, 'workers', 11, 1),
    textOf(KEY, 'workers', 1, 11),
    textOf(KEY, 'workers1', 1, 1),
    textOf(KEY, 'other', 0, 1),
    textOf(Buffer.alloc(32, 8).toString('base64'), 'workers', 0, 1),
  ];
  expect(new Set([...others, textOf(KEY, 'workers', 0, 1)]).size).toBe(8);
});

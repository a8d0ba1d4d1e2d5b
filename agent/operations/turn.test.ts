import { expect, test } from '@jest/globals';
import type { DefinedOperation } from '../../lib/domain/agent.ts';
import { inTurn } from './turn.ts';

const scan = (id: string, cancelled = false): DefinedOperation => ({
  id,
  spec: { kind: 'scan', scan: 'kubeBench' },
  cancelled,
});
const patch = (id: string, cancelled = false): DefinedOperation => ({
  id,
  spec: { kind: 'patch', rebootIfRequired: true },
  cancelled,
});
const ids = (operations: readonly DefinedOperation[], over: readonly string[] = []) =>
  inTurn(operations, ({ id }) => over.includes(id)).map(({ id }) => id);

test.each([
  ['scans run side by side', [scan('a'), scan('b')], [], ['a', 'b']],
  ['patching waits for what is older', [scan('a'), patch('p'), scan('b')], [], ['a']],
  ['and then runs alone', [scan('a'), patch('p'), scan('b')], ['a'], ['p']],
  ['what is younger runs when it is over', [scan('a'), patch('p'), scan('b')], ['a', 'p'], ['b']],
  ['what is called off is told at once', [patch('p'), scan('b', true)], [], ['b', 'p']],
  ['patching that is called off ends before the next begins', [patch('p', true), patch('q')], [], ['p']],
])('%s', (_what, operations, over, expected) => {
  expect(ids(operations, over)).toEqual(expected);
});

import { expect, test } from '@jest/globals';
import type { AnyStep } from '../domain/plan.ts';
import { stepGraph } from './graph.ts';

function named(name: string, ...after: string[]): AnyStep<unknown> {
  return {
    name,
    title: name,
    condition: 'CreatingInfrastructure',
    after,
    desired: () => undefined,
    observe: async () => ({ ok: true, value: undefined }),
    plan: () => ({ next: 'done', reason: 'Done' }),
    act: async () => ({ ok: true, value: { event: '' } }),
  };
}

test('creation waits for what a step comes after, deletion for what leans on it', () => {
  const steps = [named('vpc'), named('subnet', 'vpc'), named('nat', 'subnet'), named('vm', 'subnet')];

  expect(stepGraph(steps, false).before('vm')).toEqual(['subnet']);
  expect(stepGraph(steps, true).before('vm')).toEqual([]);
  expect(stepGraph(steps, true).before('subnet')).toEqual(['nat', 'vm']);
  expect(stepGraph(steps, true).before('vpc')).toEqual(['subnet']);
});

test.each([
  ['a cycle', [named('a', 'b'), named('b', 'a')], 'a, b'],
  ['an unknown name', [named('a', 'nobody')], 'nobody'],
  ['a name given twice', [named('a'), named('a')], 'same name'],
])('refuses %s as broken wiring', (_what, steps, words) => {
  expect(() => stepGraph(steps, false)).toThrow(words);
});

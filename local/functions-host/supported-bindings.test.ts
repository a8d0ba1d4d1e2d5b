import { expect, test } from '@jest/globals';
import { checkBindings } from './supported-bindings.ts';
import { aFunction } from './testing/a-function.ts';

test.each([
  ['HTTP with its answer', aFunction('f', {}, { $return: { type: 'http', direction: 'out' } })],
  [
    'a queue with an output',
    aFunction('f', { type: 'serviceBusTrigger' }, { o: { type: 'serviceBus', direction: 'out' } }),
  ],
  ['a timer', aFunction('f', { type: 'timerTrigger' })],
])('serves %s', (_what, fn) => {
  expect(() => checkBindings(fn)).not.toThrow();
});

test.each([
  ['another trigger', aFunction('f', { type: 'cosmosDBTrigger' }), 'cosmosDBTrigger (in)'],
  ['another output', aFunction('f', {}, { o: { type: 'blob', direction: 'out' } }), 'blob (out)'],
  ['an input', aFunction('f', {}, { i: { type: 'http', direction: 'in' } }), 'http (in)'],
])('refuses %s', (_what, fn, named) => {
  expect(() => checkBindings(fn)).toThrow(`Function "f": this host does not serve a binding ${named}`);
});

/** What becomes of a result that the control plane does not take as it is. */
import { expect, test } from '@jest/globals';
import type { OperationResult } from '../../lib/domain/agent.ts';
import { ManualTime } from '../../test/fakes/manual-time.ts';
import type { Answered } from '../server/control-plane.ts';
import { results } from './results.ts';

const LOG = { debug() {}, info() {}, warn() {}, error() {} };
const DONE = { state: 'Succeeded', data: { sections: [] } } as const;

/** `status`: of the answers to results with data; those without are taken. */
function aTeller(status: number) {
  const sent: OperationResult[] = [];
  const told = results({
    server: {
      async result(result): Promise<Answered<void>> {
        sent.push(result);
        if (result.data === undefined) return { kind: 'ok', value: undefined };
        return { kind: 'refused', refusal: { status, code: '', message: 'No.' } };
      },
    },
    identity: { credential: async () => ({ kind: 'credential', credential: 'x' }), refused() {} },
    clock: new ManualTime(Date.parse('2026-11-20T18:00:00Z')),
    log: LOG,
  });
  return { sent, told };
}

test.each([413, 422])('an end whose details are refused with %p is told without them', async (status) => {
  const { sent, told } = aTeller(status);
  await told.tell('scan-1', DONE);
  expect(sent.map(({ state, data, message }) => [state, data, message])).toEqual([
    ['Succeeded', DONE.data, undefined],
    ['Succeeded', undefined, 'The details were more than can be kept.'],
  ]);
  expect(told.isTold('scan-1')).toBe(true);
});

test('why it failed is said all the same', async () => {
  const { sent, told } = aTeller(422);
  await told.tell('scan-1', { ...DONE, state: 'Failed', message: 'Two nodes were left out.' });
  expect(sent.at(-1)?.message).toBe('Two nodes were left out. The details were more than can be kept.');
});

test('an outage costs no details', async () => {
  const { sent, told } = aTeller(503);
  await told.tell('scan-1', DONE);
  expect(sent).toHaveLength(1);
  expect(told.isTold('scan-1')).toBe(false);
});

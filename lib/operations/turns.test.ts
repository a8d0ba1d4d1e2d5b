import { expect, test } from '@jest/globals';
import type { OperationSpec } from '../domain/agent.ts';
import { toInstant } from '../domain/time.ts';
import type { ActiveOperation } from './document.ts';
import { waitsFor } from './turns.ts';

const SPECS = {
  scan: { kind: 'scan', scan: 'sbom' },
  patch: { kind: 'patch', rebootIfRequired: false },
} as const satisfies Record<string, OperationSpec>;

/** `scan patch scan!`: in the order in which they were asked for; `!`: over. Their ids are their places. */
const active = (text: string): readonly ActiveOperation[] =>
  text.split(' ').map((word, index) => ({
    id: String(index),
    spec: word.startsWith('patch') ? SPECS.patch : SPECS.scan,
    cancelled: false,
    over: word.endsWith('!'),
    deadlineAt: toInstant(0),
  }));

test.each<[string, string | undefined, string]>([
  ['scan', undefined, 'is alone'],
  ['scan scan', undefined, 'scans run side by side'],
  ['patch scan', '0', 'patching is under way'],
  ['scan patch', '0', 'patching begins when the others have ended'],
  ['scan scan patch', '0', 'the oldest is named'],
  ['scan patch scan', '1', 'a patch that waits itself'],
  ['patch! scan', undefined, 'the patch is over'],
  ['scan! patch', undefined, 'the scan is over'],
])('the last of «%s» waits for %s: %s', (text, expected) => {
  const operations = active(text);
  expect(waitsFor(operations, String(operations.length - 1))).toBe(expected);
});

test('what is not listed waits for nothing', () => {
  expect(waitsFor(active('patch scan'), '7')).toBeUndefined();
});

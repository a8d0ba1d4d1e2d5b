/** This AWS and the adapter that it stands in for. */
import { expect, test } from '@jest/globals';
import { POLICY_STATEMENTS } from '../../../lib/clouds/aws/permissions.ts';
import { operationsOf, PARTS } from './parts.ts';

test('every action that the policy of an account names can be asked for', () => {
  const known = new Set(
    Object.entries(operationsOf(PARTS)).flatMap(([service, operations]) =>
      Object.keys(operations).map((name) => `${service}:${name}`),
    ),
  );
  const wanted = POLICY_STATEMENTS.flatMap(({ Action }) => Action);
  /** Rights that other actions need; nobody calls them. */
  const silent = ['iam:PassRole'];
  expect(wanted.filter((action) => !known.has(action) && !silent.includes(action))).toEqual([]);
});

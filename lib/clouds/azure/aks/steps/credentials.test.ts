import { expect, test } from '@jest/globals';
import type { AksCluster } from '../port.ts';
import { planCredentials } from './credentials.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const OLD = '2026-11-01T00:00:00.000Z';
const NEW = '2026-11-20T00:00:00.000Z';
const settled = { provisioning: 'settled' } as AksCluster;
const moving = { provisioning: 'moving' } as AksCluster;

test.each([
  ['just created: it has what it was created with', {}, settled, 'done', 'CredentialsPresent'],
  ['the same secret', { held: NEW }, settled, 'done', 'CredentialsPresent'],
  ['rotated since', { held: OLD }, settled, 'act', 'RenewingCredentials'],
  ['rotated while something else runs', { held: OLD }, moving, 'wait', 'UpdatingCluster'],
  ['renewed, AKS is still telling its nodes', { held: NEW }, moving, 'done', 'CredentialsPresent'],
] as const)('[A116] %s', (_what, held, cluster, next, reason) => {
  expect(planCredentials({ speed: 1, ...held }, { cluster, present: NEW }, NOON_MS)).toMatchObject({
    next,
    reason,
  });
});

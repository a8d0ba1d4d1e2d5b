import { expect, test } from '@jest/globals';
import { MemorySecrets } from '../../test/builders/deps.ts';
import { Secret } from '../domain/secret.ts';
import { guardedSecrets } from './guarded-secrets.ts';
import { type CallGuard, type CallRefusal, PassDeadlineError } from './port.ts';

function setUp(refusal: CallRefusal | undefined) {
  const secrets = new MemorySecrets();
  const guard: CallGuard = { admit: () => refusal, settled: () => {} };
  return { secrets, guarded: guardedSecrets(secrets, guard) };
}

test('a secret that comes after the deadline is not stored', async () => {
  const { secrets, guarded } = setUp({ why: 'deadline' });
  await expect(guarded.set('kubeconfig-u1', new Secret('k'))).rejects.toThrow(PassDeadlineError);
  await expect(guarded.add('pki-u1', new Secret('k'))).rejects.toThrow(PassDeadlineError);
  expect([...secrets.values.keys()]).toEqual([]);
});

test.each([[undefined], [{ why: 'budget', retryAfterMs: 1_000 } as const]])(
  'what is in time is stored: %j',
  async (refusal) => {
    const { secrets, guarded } = setUp(refusal);
    await guarded.set('kubeconfig-u1', new Secret('k'));
    await guarded.add('pki-u1', new Secret('k'));
    expect([...secrets.values.keys()]).toEqual(['kubeconfig-u1', 'pki-u1']);
  },
);

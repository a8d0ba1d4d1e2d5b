import { expect, test } from '@jest/globals';
import { MemorySecrets } from '../../test/builders/deps.ts';
import { Secret } from '../domain/secret.ts';
import { agentKey, ensureAgentKey, signatureOf } from './keys.ts';

const sign = (key: Awaited<ReturnType<typeof agentKey>>) => key && signatureOf(key, 'credential', ['a', 1]);

test('there is no key until somebody needs one; then it is the same for everybody', async () => {
  const secrets = new MemorySecrets();
  expect(await agentKey({ secrets })).toBeUndefined();
  const [one, other] = await Promise.all([ensureAgentKey(secrets), ensureAgentKey(secrets)]);
  expect(sign(one)).toHaveLength(43);
  expect(sign(other)).toBe(sign(one));
  expect(sign(await agentKey({ secrets }))).toBe(sign(one));
});

test('another process reads the same key; another deployment has another', async () => {
  const secrets = new MemorySecrets();
  const key = await ensureAgentKey(secrets);
  const later = new MemorySecrets();
  for (const [name, value] of secrets.values) later.values.set(name, value);
  expect(sign(await agentKey({ secrets: later }))).toBe(sign(key));
  expect(sign(await ensureAgentKey(new MemorySecrets()))).not.toBe(sign(key));
});

test('it is read once in the life of a process', async () => {
  const secrets = new MemorySecrets();
  const key = await ensureAgentKey(secrets);
  secrets.values.clear();
  expect(await agentKey({ secrets })).toBe(key);
});

test('a key that is so young that another may have come first is not used', async () => {
  const secrets = Object.assign(new MemorySecrets(), { first: async () => undefined });
  expect(await ensureAgentKey(secrets)).toBeUndefined();
  expect(secrets.values.size).toBe(1);
});

test('what is no key stops everything, because another key would end every credential', async () => {
  const secrets = new MemorySecrets();
  secrets.values.set('agent-key', new Secret('c2hvcnQ='));
  await expect(agentKey({ secrets })).rejects.toThrow('does not hold the key of agents');
  await expect(ensureAgentKey(secrets)).rejects.toThrow('does not hold the key of agents');
});

test('signatures differ by purpose and by where parts begin', async () => {
  const key = await ensureAgentKey(new MemorySecrets());
  if (key === undefined) throw new Error('no key');
  const signatures = [
    signatureOf(key, 'a', ['b', 'c']),
    signatureOf(key, 'b', ['b', 'c']),
    signatureOf(key, 'a', ['bc']),
    signatureOf(key, 'a', ['c', 'b']),
  ];
  expect(new Set(signatures).size).toBe(4);
});

import { expect, test } from '@jest/globals';
import { MemorySecrets } from '../../../test/builders/deps.ts';
import { asClusterId } from '../../domain/ids.ts';
import { Secret } from '../../domain/secret.ts';
import { createPki, deletePki, readPki } from './pki.ts';

const ID = asClusterId('11111111-2222-4333-8444-555555555555');
const NOW = Date.parse('2026-11-20T12:00:00Z');

test('[A4] the trust of a cluster is made once: of two passes at once the first counts for both', async () => {
  const secrets = new MemorySecrets();
  await Promise.all([createPki(secrets, ID, NOW), createPki(secrets, ID, NOW)]);
  const first = await readPki(secrets, ID);
  await createPki(secrets, ID, NOW + 1);
  expect(await readPki(secrets, ID)).toEqual(first);
  expect([...secrets.values.keys()]).toEqual([`pki-${ID}`]);
});

test('its authorities and keys are all different', async () => {
  const secrets = new MemorySecrets();
  await createPki(secrets, ID, NOW);
  const pki = await readPki(secrets, ID);
  const keys = [pki?.cluster.key, pki?.etcd.key, pki?.frontProxy.key, pki?.serviceAccounts.privateKey];
  expect(new Set([...keys, pki?.joinKey, pki?.encryptionKey]).size).toBe(6);
  expect(Buffer.from(pki?.joinKey ?? '', 'base64')).toHaveLength(32);
});

test('it ends with its cluster', async () => {
  const secrets = new MemorySecrets();
  await createPki(secrets, ID, NOW);
  await deletePki(secrets, ID);
  expect(await readPki(secrets, ID)).toBeUndefined();
});

test.each([['no JSON canary'], ['{"version":1,"canary":true}']])(
  'what is stored but no trust is never replaced, and never quoted: %s',
  async (text) => {
    const secrets = new MemorySecrets();
    await secrets.add(`pki-${ID}`, new Secret(text));
    await expect(createPki(secrets, ID, NOW)).rejects.toThrow(
      `The secret pki-${ID} does not hold the keys of a cluster`,
    );
    await expect(createPki(secrets, ID, NOW)).rejects.not.toThrow(/canary/);
    expect(secrets.values.get(`pki-${ID}`)?.reveal()).toBe(text);
  },
);

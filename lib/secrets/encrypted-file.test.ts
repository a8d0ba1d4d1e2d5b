import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Secret } from '../domain/secret.ts';
import { encryptedFileSecrets } from './encrypted-file.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-secrets-'));
  file = path.join(folder, 'secrets.json');
});
afterEach(() => rm(folder, { recursive: true }));

test('[A116] gives back what was set, after a restart too, and never writes it in plain text', async () => {
  await encryptedFileSecrets(file, KEY).set('account-a', new Secret('hunter2-canary'));

  expect((await encryptedFileSecrets(file, KEY).get('account-a'))?.reveal()).toBe('hunter2-canary');
  const raw = await readFile(file, 'utf8');
  expect(raw).not.toContain('hunter2-canary');
  expect(raw).not.toContain(Buffer.from('hunter2-canary').toString('base64'));
});

test('loses nothing when many are set at once', async () => {
  const secrets = encryptedFileSecrets(file, KEY);
  await Promise.all(Array.from({ length: 20 }, (_, i) => secrets.set(`s${i}`, new Secret(`v${i}`))));

  const values = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => (await secrets.get(`s${i}`))?.reveal()),
  );
  expect(values).toEqual(Array.from({ length: 20 }, (_, i) => `v${i}`));
});

test('what a killed process left half-written is neither read nor kept', async () => {
  await writeFile(`${file}.new`, '{"half');
  const secrets = encryptedFileSecrets(file, KEY);
  expect(await secrets.get('a')).toBeUndefined();
  await secrets.set('a', new Secret('1'));
  expect(await readdir(folder)).toEqual(['secrets.json']);
});

test('deletes, also what is absent', async () => {
  const secrets = encryptedFileSecrets(file, KEY);
  await secrets.set('a', new Secret('1'));
  await secrets.delete('a');
  await secrets.delete('never-there');

  expect(await secrets.get('a')).toBeUndefined();
});

test('refuses a value that was moved under another name', async () => {
  const secrets = encryptedFileSecrets(file, KEY);
  await secrets.set('victim', new Secret('1'));
  const values = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  await writeFile(file, JSON.stringify({ thief: values.victim }));

  await expect(secrets.get('thief')).rejects.toThrow();
});

test('refuses a key of the wrong length', () => {
  expect(() => encryptedFileSecrets(file, 'c2hvcnQ=')).toThrow('32 bytes');
});

test('of several that are added at once the first stays', async () => {
  const secrets = encryptedFileSecrets(file, KEY);
  await Promise.all(['1', '2', '3'].map((value) => secrets.add('ca', new Secret(value))));
  await encryptedFileSecrets(file, KEY).add('ca', new Secret('4'));
  expect((await secrets.first('ca'))?.reveal()).toBe('1');
});

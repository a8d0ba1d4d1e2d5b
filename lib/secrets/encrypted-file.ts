/**
 * The secret store of local mode: one file, each value sealed with AES-256-GCM under a key that the settings carry.
 * The name is bound into the seal, so a value cannot be moved under another name. Writes replace the file atomically.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { types } from 'node:util';
import { z } from 'zod';
import { Secret } from '../domain/secret.ts';
import type { SecretStore } from './port.ts';

const FILE = z.record(z.string(), z.string());
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `key`: 32 bytes, base64. */
export function encryptedFileSecrets(file: string, key: string): SecretStore {
  const secretKey = Buffer.from(key, 'base64');
  if (secretKey.length !== 32) throw new Error('SLIPWAY_SECRETS_KEY must be 32 bytes in base64');
  // One writer at a time: a second read-modify-write would lose the first.
  let queue: Promise<void> = Promise.resolve();

  async function change(edit: (values: Record<string, string>) => unknown): Promise<void> {
    const work = queue.then(async () => {
      const values = await load(file);
      edit(values);
      await save(file, values);
    });
    queue = work.catch(() => undefined);
    await work;
  }

  async function read(name: string): Promise<Secret | undefined> {
    await queue;
    const sealed = (await load(file))[name];
    return sealed === undefined ? undefined : new Secret(open(secretKey, name, sealed));
  }

  return {
    get: read,
    set: (name, value) =>
      change((values) => Object.assign(values, { [name]: seal(secretKey, name, value.reveal()) })),
    add: (name, value) =>
      change((values) => {
        values[name] ??= seal(secretKey, name, value.reveal());
      }),
    first: read,
    delete: (name) => change((values) => Reflect.deleteProperty(values, name)),
  };
}

async function load(file: string): Promise<Record<string, string>> {
  try {
    return FILE.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

async function save(file: string, values: Record<string, string>): Promise<void> {
  // Always the same name: what a killed process leaves here is overwritten by the next write, not kept for ever.
  const next = `${file}.new`;
  await writeFile(next, JSON.stringify(values), { mode: 0o600, flush: true });
  await rename(next, file);
}

function seal(key: Buffer, name: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function open(key: Buffer, name: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(name))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
    'utf8',
  );
}

/**
 * Where local mode keeps what must survive: databases, keys, timers. One process owns a directory at a time; the lock
 * is the operating system's (a listening socket), so that kill -9 leaves nothing to clean.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { hasCode } from './has-code.ts';

export interface DataDirectory {
  file(name: string): string;
  /** 32 random bytes in base64, made once and kept under this name. */
  key(name: string): Promise<string>;
  release(): Promise<void>;
}

/** Throws when another process works in the directory. */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const root = path.resolve(directory);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const lock = await takeLock(root);
  const file = (name: string) => path.join(root, name);
  return {
    file,
    key: (name) => readOrMake(file(name)),
    release: () => new Promise((resolve) => lock.close(() => resolve())),
  };
}

/** An abstract socket vanishes with its process (unix(7)); Windows pipes do, too. */
function takeLock(root: string): Promise<Server> {
  const name = Buffer.from(root).toString('base64url').slice(-80);
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\slipway-${name}` : `\0slipway-${name}`;
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => {
      reject(new Error(`Another Slipway works in ${root}; stop it or set SLIPWAY_DATA`, { cause }));
    });
    server.listen(address, () => resolve(server.unref()));
  });
}

async function readOrMake(file: string): Promise<string> {
  try {
    await writeFile(file, randomBytes(32).toString('base64'), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  return readFile(file, 'utf8');
}

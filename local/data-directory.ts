/**
 * Where local mode keeps what must survive: databases, keys, timers. One process owns a directory at a time; the lock
 * is the operating system's (a listening socket), so that kill -9 leaves nothing to clean.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasCode } from './has-code.ts';
import { keptFile } from './kept-file.ts';
import { StartRefusedError } from './start-refused-error.ts';

export interface DataDirectory {
  file(name: string): string;
  /** 32 random bytes in base64, made once and kept under this name. */
  key(name: string): Promise<string>;
  release(): Promise<void>;
}

/** Throws StartRefusedError when another process works in the directory, or when it cannot be one. */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const root = await makeDirectory(path.resolve(directory));
  const lock = await takeLock(root);
  const file = (name: string) => path.join(root, name);
  return {
    file,
    key: (name) => keptFile(file(name), () => randomBytes(32).toString('base64')),
    release: () => new Promise((resolve) => lock.close(() => resolve())),
  };
}

/** Links are followed, so that one directory has one lock under all of its names. */
async function makeDirectory(wanted: string): Promise<string> {
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    return await realpath(wanted);
  } catch (cause) {
    throw new StartRefusedError(`SLIPWAY_DATA cannot be the directory ${wanted}: ${String(cause)}`, {
      cause,
    });
  }
}

async function takeLock(root: string): Promise<Server> {
  const address = lockAddress(root);
  try {
    return await listen(address);
  } catch (cause) {
    if (!hasCode(cause, 'EADDRINUSE')) throw cause;
    if (!isFile(address) || (await answers(address))) {
      const words = `Another Slipway works in ${root}: stop it, or set SLIPWAY_DATA to another directory.`;
      throw new StartRefusedError(words, { cause });
    }
    await rm(address, { force: true });
    return listen(address);
  }
}

/**
 * Abstract sockets (unix(7)) and pipes vanish with their process. Other systems have socket files, which stay behind and
 * then answer nobody; paths of sockets are short, hence the hash in the directory for temporary files.
 */
function lockAddress(root: string): string {
  const name = `slipway-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`;
  switch (process.platform) {
    case 'linux':
      return `\0${name}`;
    case 'win32':
      return `\\\\.\\pipe\\${name}`;
    default:
      return path.join(tmpdir(), `${name}.sock`);
  }
}

const isFile = (address: string) => path.isAbsolute(address) && process.platform !== 'win32';

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(address, () => resolve(server.unref()));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

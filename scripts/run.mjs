/**
 * Runs one of the project's tools under the pinned Node, installing the dependencies first when they are missing.
 * Plain JavaScript for Node 20 and later, because on a bare clone nothing else is there yet.
 *
 *   node scripts/run.mjs <file.ts | tool> [arguments]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, 'node_modules', '.bin');
const stamp = path.join(root, 'node_modules', '.slipway-installed');
/** Holds the process id of whoever installs: two commands on a bare clone must not install over each other. */
const lock = path.join(root, '.slipway-installing');

/** The entry points of the tools that scripts may name; each is run by the pinned Node, whatever the shell would find. */
const TOOLS = {
  jest: { entry: 'node_modules/jest/bin/jest.js', flags: ['--experimental-vm-modules', '--no-warnings'] },
  tsc: { entry: 'node_modules/typescript/bin/tsc', flags: [] },
  biome: { entry: 'node_modules/@biomejs/biome/bin/biome', flags: [] },
};

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled(hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(path.join(bin, 'node'));
}

function ensureInstalled() {
  const hash = lockHash();
  while (!isInstalled(hash)) {
    if (takeLock()) {
      try {
        install(hash);
      } finally {
        rmSync(lock, { force: true });
      }
      return;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

/** False while another process that lives has it. */
function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!holderLives()) rmSync(lock, { force: true });
  return false;
}

function holderLives() {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Written in a moment, or left empty by someone who died in between: then its age decides.
    if (holder === 0) return Date.now() - statSync(lock).mtimeMs < 10_000;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install(hash) {
  if (isInstalled(hash)) return;
  console.error('Installing dependencies (once)...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) {
    rmSync(lock, { force: true });
    process.exit(done.status ?? 1);
  }
  writeFileSync(stamp, hash);
}

ensureInstalled();
const [target, ...args] = process.argv.slice(2);
if (!target) {
  console.error('usage: node scripts/run.mjs <file.ts | tool> [arguments]');
  process.exit(2);
}
const tool = TOOLS[target] ?? { entry: target, flags: ['--no-warnings'] };
const entry = path.join(root, tool.entry);
if (!existsSync(entry) || !statSync(entry).isFile()) {
  console.error(`No such tool or file: ${target}`);
  process.exit(2);
}
const child = spawn(path.join(bin, 'node'), [...tool.flags, entry, ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

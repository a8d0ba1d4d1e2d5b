/**
 * Runs one of the project's tools under the pinned Node, installing the dependencies first when they are missing.
 * Plain JavaScript for Node 20 and later, because on a bare clone nothing else is there yet.
 *
 *   node scripts/run.mjs <file.ts | tool> [arguments]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, 'node_modules', '.bin');
const stamp = path.join(root, 'node_modules', '.slipway-installed');

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

function ensureInstalled() {
  const hash = lockHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(path.join(bin, 'node'))) return;
  console.error('Installing dependencies (once)...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
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

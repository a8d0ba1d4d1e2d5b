/** The first command on a bare clone installs; so do two at once, but only once. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

/** Stands in for npm: says that it was called, and puts the pinned Node where `npm ci` would. */
const NPM = `#!/bin/sh
echo installed >> installs
mkdir -p node_modules/.bin
ln -sf '${process.execPath}' node_modules/.bin/node
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'slipway-run-'));
  mkdirSync(path.join(root, 'scripts'));
  mkdirSync(path.join(root, 'bin'));
  copyFileSync('scripts/run.mjs', path.join(root, 'scripts/run.mjs'));
  writeFileSync(path.join(root, 'package-lock.json'), '{}');
  writeFileSync(path.join(root, 'hello.mjs'), "console.log('hello', ...process.argv.slice(2))");
  writeFileSync(path.join(root, 'bin/npm'), NPM);
  chmodSync(path.join(root, 'bin/npm'), 0o755);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, PATH: `${path.join(root, 'bin')}:${process.env.PATH}` };
  const child = spawn(process.execPath, [path.join(root, 'scripts/run.mjs'), ...args], { cwd: root, env });
  return new Promise((resolve) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.on('close', (code) => resolve(`${code} ${said.trim()}`));
  });
}

const installs = () => readFileSync(path.join(root, 'installs'), 'utf8').trim().split('\n').length;

test('commands that start together install once, and all of them run', async () => {
  const said = await Promise.all(['one', 'two', 'three'].map((name) => run('hello.mjs', name)));
  expect(said).toEqual(['0 hello one', '0 hello two', '0 hello three']);
  expect(installs()).toBe(1);
});

test('an installation that was killed is taken up by the next command', async () => {
  // No process has this id: Linux ends at 4,194,304.
  writeFileSync(path.join(root, '.slipway-installing'), '99999999');
  expect(await run('hello.mjs')).toBe('0 hello');
  expect(installs()).toBe(1);
});

test('a changed lock file is installed anew', async () => {
  await run('hello.mjs');
  writeFileSync(path.join(root, 'package-lock.json'), '{"changed": true}');
  await run('hello.mjs');
  expect(installs()).toBe(2);
});

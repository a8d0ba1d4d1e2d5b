/**
 * `npm run check`: what to run before every commit, in under a minute: types, lint and format, and every test that
 * opens no socket. `npm test` runs the suites over sockets too.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const run = path.join(path.dirname(fileURLToPath(import.meta.url)), 'run.mjs');

const CHECKS: readonly (readonly string[])[] = [
  ['tsc'],
  ['biome', 'ci'],
  ['jest', '--testPathIgnorePatterns', 'test/wire', 'test/e2e', 'test/simulation'],
];

for (const check of CHECKS) {
  const code = await new Promise<number>((resolve) => {
    spawn(process.execPath, [run, ...check], { stdio: 'inherit' }).on('exit', (status) =>
      resolve(status ?? 1),
    );
  });
  if (code !== 0) process.exit(code);
}

/** What only the real world can show: the helm program as a child process, files, and time that passes. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { helmProgram, systemFiles, systemTime } from './ambient.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'agent-ambient-'));
const signal = new AbortController().signal;

/** A program that does what the script says; `$@` are its arguments. */
function program(name: string, script: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

describe('the helm program', () => {
  test('gets values in a file that only we can read, and that is gone afterwards', async () => {
    const helm = helmProgram(program('shows', 'stat -c %a "$3"; cat "$3"; echo; echo "$@"'));
    const { exitCode, stdout } = await helm({ args: ['upgrade'], values: '{"password":"secret"}', signal });
    const [mode, values, words = ''] = stdout.trim().split('\n');
    expect({ exitCode, mode, values }).toEqual({ exitCode: 0, mode: '600', values: '{"password":"secret"}' });
    expect(words).toMatch(/^upgrade --values .*values\.yaml$/);
    expect(words).not.toContain('secret');
    expect(await systemFiles.read(words.split(' ')[2] ?? '')).toBeUndefined();
  });

  test('leaves no values behind when it fails either', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-values-'));
    const helm = helmProgram(program('fails', 'echo "Error: no" >&2; exit 3'));
    expect(await helm({ args: ['upgrade'], values: '{}', signal })).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: 'Error: no\n',
    });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-values-'))).toEqual(before);
  });

  test('asks the API server without the proxy that charts come through', async () => {
    const says = program('says', 'echo "$HTTPS_PROXY|$NO_PROXY|$no_proxy"');
    const proxied = { HTTPS_PROXY: 'http://proxy:3128', KUBERNETES_SERVICE_HOST: 'fd00::1' };
    const excepted = { ...proxied, NO_PROXY: '.corp.example' };
    const outputs = [proxied, excepted, { ...excepted, KUBERNETES_SERVICE_HOST: '' }].map(
      async (environment) =>
        (await helmProgram(says, { PATH: process.env.PATH, ...environment })({ args: [], signal })).stdout,
    );
    expect(await Promise.all(outputs)).toEqual([
      'http://proxy:3128|fd00::1|fd00::1\n',
      'http://proxy:3128|.corp.example,fd00::1|.corp.example,fd00::1\n',
      'http://proxy:3128|.corp.example|.corp.example\n',
    ]);
  });

  test('that is not there is a failure like another', async () => {
    const result = await helmProgram(path.join(folder, 'absent'))({ args: ['status'], signal });
    expect(result).toMatchObject({ exitCode: -1, stderr: expect.stringContaining('ENOENT') });
  });

  test('ends with the agent', async () => {
    const ending = new AbortController();
    const run = helmProgram(program('hangs', 'exec sleep 60'))({ args: [], signal: ending.signal });
    ending.abort();
    expect(await run).toMatchObject({ exitCode: -1 });
  });

  test('cannot fill the memory', async () => {
    const helm = helmProgram(program('babbles', 'head -c 1000000 /dev/zero | tr "\\0" x; echo; echo end'));
    const { stdout } = await helm({ args: [], signal });
    expect(stdout.length).toBeLessThanOrEqual(65_536);
    expect(stdout.endsWith('end\n')).toBe(true);
  });
});

test('a sleep ends when it is told to', async () => {
  const ending = new AbortController();
  const slept = systemTime.sleep(3_600_000, ending.signal);
  ending.abort();
  await expect(slept).resolves.toBeUndefined();
});

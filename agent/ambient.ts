/** The real world behind the ports: clock, chance, files, and the helm program. Only main.ts and adapters use it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as timeout } from 'node:timers/promises';
import type { Chance, Ids } from '../lib/domain/ports.ts';
import type { Files, Helm, HelmCall, ProgramResult, Time } from './ports.ts';

export const systemTime: Time = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => timeout(ms, undefined, { signal }).catch(() => undefined),
};

export const systemChance: Chance = { next: () => Math.random() };
export const systemIds: Ids = { uuid: () => randomUUID() };

export const systemFiles: Files = {
  async read(file) {
    try {
      return await readFile(file, 'utf8');
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined;
      throw thrown;
    }
  },
};

const isAbsent = (thrown: unknown): boolean =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ENOENT';

/** Leaves a file that is as old as the last call. */
export function signOfLife(file: string): () => Promise<void> {
  return () => writeFile(file, '');
}

/** What a program may say; more is cut, so that a chart's notes cannot fill the memory. */
const MAX_OUTPUT = 64 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** `program`: path of the helm binary. Values may hold secrets: they never stand on a command line. */
export function helmProgram(program: string, environment: Environment = process.env): Helm {
  const env = withoutProxyToApi(environment);
  return async (call) => {
    if (call.values === undefined) return run(program, env, call);
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-values-'));
    try {
      const file = path.join(folder, 'values.yaml');
      await writeFile(file, call.values, { mode: 0o600, flag: 'wx' });
      return await run(program, env, { ...call, args: [...call.args, '--values', file] });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Charts come through the proxy of the environment; the API server is beside us, and no proxy knows the way to it. */
function withoutProxyToApi(environment: Environment): Environment {
  const excepted = [environment.NO_PROXY ?? environment.no_proxy, environment.KUBERNETES_SERVICE_HOST]
    .filter((hosts) => hosts)
    .join(',');
  return { ...environment, NO_PROXY: excepted, no_proxy: excepted };
}

function run(program: string, env: Environment, { args, signal }: HelmCall): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, signal });
    const stdout = gather(child.stdout);
    const stderr = gather(child.stderr);
    child.on('error', (error) => resolve({ exitCode: -1, stdout: stdout(), stderr: error.message }));
    child.on('close', (code) => resolve({ exitCode: code ?? -1, stdout: stdout(), stderr: stderr() }));
  });
}

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text = (text + chunk).slice(-MAX_OUTPUT);
  });
  return () => text;
}

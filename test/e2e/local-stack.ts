/** `npm start` as a child process, on a free port and a data directory of its own, that a test may kill at any time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** Cloud seconds per wall second: a create of ten minutes takes one second. */
const SPEED = '600';
const READY_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  /** As it came. */
  readonly text: string;
}

export class LocalStack {
  readonly #port: number;
  readonly #directory: string;
  #child: ChildProcess | undefined;
  #token = '';
  output = '';

  private constructor(port: number, directory: string) {
    this.#port = port;
    this.#directory = directory;
  }

  static async start(): Promise<LocalStack> {
    const stack = new LocalStack(await freePort(), await mkdtemp(path.join(tmpdir(), 'slipway-e2e-')));
    await stack.restart();
    return stack;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts the process again on the same data. */
  async restart(): Promise<void> {
    const child = spawn(process.execPath, ['--no-warnings', 'local/start.ts'], {
      env: {
        PATH: process.env.PATH,
        PORT: String(this.#port),
        SLIPWAY_DATA: this.#directory,
        SLIPWAY_SPEED: SPEED,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', (code, signal) => {
      this.output += `The stack ended: ${signal ?? code}\n`;
    });
    this.#child = child;
    await this.until('the stack is ready', async () => (await this.#isReady()) || undefined, READY_MS);
    this.#token = await this.#signIn();
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** A call of the API as admin of project `default`; `path` below /api/v1. */
  async call(method: string, below: string, body?: unknown): Promise<Answer> {
    return this.raw(method, `/api/v1${below}`, body);
  }

  async raw(method: string, absolute: string, body?: unknown): Promise<Answer> {
    const response = await this.#fetch(absolute, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text), text };
  }

  async #fetch(absolute: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.url}${absolute}`, init);
    } catch (cause) {
      throw new Error(`No answer from ${absolute}\n${this.output.slice(-2000)}`, { cause });
    }
  }

  /**
   * Asks until there is an answer. Real time: this is a test over sockets. An answer of another shape is none yet: on a
   * machine that has other things to do it may say 503.
   */
  async until<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> {
    const deadline = Date.now() + withinMs;
    for (let misread: z.ZodError | undefined; ; await pause(100)) {
      try {
        const answer = await ask();
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        misread = error;
      }
      if (Date.now() > deadline) {
        throw new Error(`Waited in vain: ${what}\n${this.output.slice(-2000)}`, { cause: misread });
      }
    }
  }

  /** The cluster of that name in project `default`, once everything that was wished for is there. */
  async converged(cluster: string, withinMs?: number): Promise<Record<string, unknown>> {
    const ask = async () => {
      const { body } = await this.call('GET', `/projects/default/clusters/${cluster}`);
      return Converged.safeParse(body).success ? body : undefined;
    };
    return this.until(`${cluster} converges`, ask, withinMs);
  }

  /** Its first condition that failed, once there is one. */
  async failed(cluster: string): Promise<Condition> {
    return this.until(`a condition of ${cluster} fails`, async () => {
      const { body } = await this.call('GET', `/projects/default/clusters/${cluster}/status`);
      return Conditions.parse(body).conditions.find(({ status }) => status === 'Failed');
    });
  }

  /** What exists in the simulated clouds. */
  async inventory(): Promise<readonly InventoryItem[]> {
    return Inventory.parse((await this.raw('GET', '/local/clouds')).body).items;
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/api/v1/platform/health`)).status === 200;
    } catch {
      return false;
    }
  }

  async #signIn(): Promise<string> {
    const response = await fetch(`${this.url}/local/token`, {
      method: 'POST',
      body: JSON.stringify({ subject: 'me', roles: ['admin'], projects: ['default'] }),
    });
    return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}

const Converged = z.object({ status: z.object({ converged: z.literal(true) }) });
const Condition = z.object({ status: z.string(), reason: z.string(), message: z.string() });
const Conditions = z.object({ conditions: z.array(Condition) });
const InventoryItem = z.object({ kind: z.string(), name: z.string(), state: z.string() });
const Inventory = z.object({ items: z.array(InventoryItem) });

type Condition = z.output<typeof Condition>;
type InventoryItem = z.output<typeof InventoryItem>;

const Json = z.record(z.string(), z.unknown());

function parse(text: string): Record<string, unknown> {
  const parsed = Json.safeParse(text.startsWith('{') ? JSON.parse(text) : {});
  return parsed.success ? parsed.data : {};
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

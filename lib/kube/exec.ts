/**
 * Runs one program in a container of the cluster and reads what it says. As hostile as every other answer: time and
 * size are bounded, and how it ended is parsed.
 */
import { z } from 'zod';
import { readBounded } from './client.ts';
import { fromAnswer, fromSilence, type KubeError, unexpected } from './errors.ts';
import { admit, askedOf, type ClientOptions, identity, urlOf, withoutToken } from './gate.ts';
import type { KubeExec, KubeExecAnswer, KubeTransportAnswer } from './transport.ts';

export interface ExecCall {
  /** `etcd.memberList`; for logs and error sources. */
  readonly operation: string;
  /** It changes something: refused after the pass's deadline. */
  readonly write: boolean;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type ExecOutcome =
  | { readonly ok: true; readonly value: Ran }
  | { readonly ok: false; readonly error: KubeError };

/** Our choice: what etcdctl says of seven members is some 5 KiB. */
const MAX_BYTES = 256 * 1024;

/** https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Status as the error channel carries it. */
const Outcome = z.object({
  status: z.enum(['Success', 'Failure']),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string(), message: z.string() })).max(100) })
    .optional()
    .catch(undefined),
});

/** Throws PassDeadlineError, and when the transport runs no programs: that is broken wiring. */
export async function runInContainer(options: ClientOptions, call: ExecCall): Promise<ExecOutcome> {
  const { access, guard } = options;
  const { exec } = options.transport;
  if (exec === undefined) throw new Error(`${call.operation}: the transport runs no programs`);
  const asked = askedOf(access, call.write);
  const refused = admit(guard, call.operation, asked);
  if (refused !== undefined) return { ok: false, error: refused };
  try {
    const answer = await ask(options, exec, call);
    guard?.settled(asked, { status: answer.kind === 'refused' ? answer.answer.status : 101 });
    const read = await outcomeOf(call, answer);
    return read.ok ? read : { ok: false, error: withoutToken(read.error, access) };
  } catch (thrown) {
    return { ok: false, error: fromSilence(call.operation, call.write, thrown) };
  }
}

function ask(options: ClientOptions, exec: KubeExec, call: ExecCall): Promise<KubeExecAnswer> {
  const { namespace, pod, container, command } = call;
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' });
  for (const word of command) query.append('command', word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query}`;
  return exec(urlOf(options.access, path), {
    headers: identity(options.access),
    signal: AbortSignal.timeout(options.timeoutMs),
    maxBytes: MAX_BYTES,
  });
}

async function outcomeOf(call: ExecCall, answer: KubeExecAnswer): Promise<ExecOutcome> {
  switch (answer.kind) {
    case 'too-large':
      return { ok: false, error: unexpected(call.operation, 'A program in the cluster said too much.') };
    case 'refused':
      return { ok: false, error: await refusalOf(call, answer.answer) };
    case 'ran':
      return ended(call, answer);
  }
}

async function refusalOf({ operation, write }: ExecCall, answer: KubeTransportAnswer): Promise<KubeError> {
  const body = (await readBounded(answer)) ?? '';
  return fromAnswer({
    operation,
    write,
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body,
  });
}

function ended(call: ExecCall, { stdout, stderr, outcome }: KubeExecAnswer & { kind: 'ran' }): ExecOutcome {
  const parsed = Outcome.safeParse(fromJson(outcome));
  if (!parsed.success) {
    return { ok: false, error: unexpected(call.operation, 'The cluster did not say how a program ended.') };
  }
  const exitCode = parsed.data.status === 'Success' ? 0 : exitCodeOf(parsed.data);
  if (exitCode !== undefined) return { ok: true, value: { exitCode, stdout, stderr } };
  // It never ran to an end: no such program, the container died, the node is gone.
  const { operation, write } = call;
  return {
    ok: false,
    error: fromAnswer({ operation, write, status: 500, retryAfter: null, body: outcome }),
  };
}

function exitCodeOf({ details }: z.output<typeof Outcome>): number | undefined {
  const text = details?.causes.find(({ reason }) => reason === 'ExitCode')?.message ?? '';
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * One request to a cluster's API server, and lists page by page. Everything that comes back is hostile input: the
 * answer's size and time are bounded, shapes are parsed, redirects are refused, words are trimmed. It knows no kind of
 * object; nodes.ts, drain.ts and apply.ts do. Failures are values, except the pass's deadline, which ends the pass.
 */
import { z } from 'zod';
import { type EpochMs, toEpochMs } from '../domain/time.ts';
import { fromAnswer, fromSilence, isBudgetRefusal, type KubeError, unexpected } from './errors.ts';
import { admit, askedOf, type ClientOptions, identity, urlOf, withoutToken } from './gate.ts';
import type { KubeAccess } from './kubeconfig.ts';
import type { KubeTransportAnswer, KubeTransportRequest } from './transport.ts';

export type KubeOutcome<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** The API server's own clock, when it sent it: ages are measured on that clock, not on ours. */
      readonly serverTime?: EpochMs;
    }
  | { readonly ok: false; readonly error: KubeError };

export interface KubeCall<T> {
  /** `nodes.list`; for logs and error sources. */
  readonly operation: string;
  readonly method: KubeTransportRequest['method'];
  /** Below the server's URL, query included, already encoded: `/api/v1/nodes?limit=500`. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly shape: z.ZodType<T>;
}

export interface ListCall<T> {
  readonly operation: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly item: z.ZodType<T>;
}

export interface KubeClient {
  send<T>(call: KubeCall<T>): Promise<KubeOutcome<T>>;
  list<T>(call: ListCall<T>): Promise<KubeOutcome<readonly T[]>>;
}

/** An answer above this is refused unread. Our choice: a page of 500 nodes with full status is some 5 MiB. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const PAGE_SIZE = 500;
/** AKS ends at 5,000 nodes; a list without end would otherwise hold the pass. */
const MAX_PAGES = 100;
export function kubeClient(options: ClientOptions): KubeClient {
  return {
    send: (call) => send(options, call),
    list: (call) => list(options, call),
  };
}

async function send<T>(options: ClientOptions, call: KubeCall<T>): Promise<KubeOutcome<T>> {
  const write = call.method !== 'GET';
  const asked = askedOf(options.access, write);
  const refused = admit(options.guard, call.operation, asked);
  if (refused !== undefined) return { ok: false, error: refused };

  const received = await exchange(options, call, write);
  if (!received.ok) return received;
  const { answer, body } = received.value;
  const { status } = answer;
  const failure =
    status >= 200 && status < 300
      ? undefined
      : fromAnswer({
          operation: call.operation,
          write,
          status,
          retryAfter: answer.headers.get('retry-after'),
          body: body ?? '',
        });
  options.guard?.settled(asked, { status, ...rateLesson(failure) });
  if (body === undefined) return { ok: false, error: unexpected(call.operation, TOO_LARGE) };
  if (failure === undefined) return parsed(call, answer, body);
  return { ok: false, error: withoutToken(failure, options.access) };
}

/** What a refusal says of the server's rate limit. A disruption budget's 429 is about one pod and says nothing of it. */
function rateLesson(failure: KubeError | undefined): { retryAfterMs?: number; throttled?: false } {
  if (failure?.code !== 'Throttled') return {};
  if (isBudgetRefusal(failure)) return { throttled: false };
  return failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs };
}

type Exchange = { readonly answer: KubeTransportAnswer; readonly body: string | undefined };

/** `body`: `undefined` when it is larger than what is read. */
async function exchange(
  { access, transport, timeoutMs }: ClientOptions,
  call: KubeCall<unknown>,
  write: boolean,
): Promise<KubeOutcome<Exchange>> {
  try {
    const answer = await transport(urlOf(access, call.path), {
      method: call.method,
      headers: headersOf(access, call),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    return { ok: true, value: { answer, body: await readBounded(answer) } };
  } catch (thrown) {
    return { ok: false, error: fromSilence(call.operation, write, thrown) };
  }
}

const TOO_LARGE = "The cluster's API server sent an answer above 8 MiB.";

function headersOf(access: KubeAccess, call: KubeCall<unknown>): Record<string, string> {
  return {
    accept: 'application/json',
    ...identity(access),
    ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
  };
}

/** `undefined`: larger than what is read. */
export async function readBounded(answer: KubeTransportAnswer): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed<T>(call: KubeCall<T>, answer: KubeTransportAnswer, body: string): KubeOutcome<T> {
  const shape = call.shape.safeParse(fromJson(body));
  if (!shape.success) {
    const message = `The cluster's API server answered ${call.operation} with something else than that.`;
    return { ok: false, error: unexpected(call.operation, message) };
  }
  const serverTime = toEpochMs(answer.headers.get('date') ?? '');
  return { ok: true, value: shape.data, ...(Number.isNaN(serverTime) ? {} : { serverTime }) };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function list<T>(options: ClientOptions, call: ListCall<T>): Promise<KubeOutcome<readonly T[]>> {
  const page = z.object({
    metadata: z.object({ continue: z.string().optional() }).default({}),
    items: z
      .array(call.item)
      .nullable()
      .transform((items) => items ?? []),
  });
  const items: T[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query = new URLSearchParams({ ...call.query, limit: String(PAGE_SIZE) });
    if (next !== undefined) query.set('continue', next);
    const path = `${call.path}?${query}`;
    const answer = await send(options, { operation: call.operation, method: 'GET', path, shape: page });
    if (!answer.ok) return answer;
    items.push(...answer.value.items);
    next = answer.value.metadata.continue;
    if (!next) return { ...answer, value: items };
  }
  return {
    ok: false,
    error: unexpected(call.operation, "The cluster's API server sent a list without end."),
  };
}

/**
 * One request to the cluster's API server, and lists page by page. Answers are parsed at once and only what is asked
 * for is kept, so that a list of ten thousand pods never lies in memory as a whole. Failures are values.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { jsonOf } from '../json.ts';
import type { Http, HttpAnswer, HttpMethod } from '../ports.ts';
import { messageOf } from '../thrown.ts';
import { FIELD_MANAGER } from '../version.ts';

export interface KubeFailure {
  /** Of HTTP; 0: no answer came. */
  readonly status: number;
  /** `NotFound`, `AlreadyExists`, `Expired`, `NamespaceTerminating`...: the API server's own word. */
  readonly reason: string;
  /** For people; bounded. */
  readonly message: string;
  /** Of a list that took longer than it was remembered: where it goes on. */
  readonly goesOn?: string;
}

export type KubeOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: KubeFailure };

export interface KubeCall<T> {
  readonly method: HttpMethod;
  /** With its query. */
  readonly path: string;
  readonly body?: JsonObject;
  /** `application/json` when absent. */
  readonly contentType?: string;
  readonly shape: z.ZodType<T>;
}

export interface ListCall<T> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly item: z.ZodType<T>;
  /** Told page by page; nothing of a page is kept afterwards. */
  page(items: readonly T[]): void;
}

export interface KubeClient {
  send<T>(call: KubeCall<T>): Promise<KubeOutcome<T>>;
  list<T>(call: ListCall<T>): Promise<KubeOutcome<void>>;
  /** An answer that is no JSON: the log of a container. */
  text(path: string): Promise<KubeOutcome<string>>;
}

const PAGE_SIZE = 250;
const MAX_MESSAGE = 400;
const CAUSES: ReadonlySet<string> = new Set(['DisruptionBudget', 'NamespaceTerminating']);

const Status = z.object({
  reason: z.string().catch(''),
  message: z.string().catch(''),
  metadata: z
    .object({ continue: z.string().min(1) })
    .optional()
    .catch(undefined),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string().catch('') })).catch([]) })
    .catch({ causes: [] }),
});

export function kubeClient(http: Http, signal: AbortSignal): KubeClient {
  const send: KubeClient['send'] = (call) => ask(http, signal, call);
  return {
    send,
    list: (call) => list(send, call),
    text: (path) => ask(http, signal, { method: 'GET', path, shape: z.string() }, ({ body }) => body),
  };
}

async function ask<T>(
  http: Http,
  signal: AbortSignal,
  call: KubeCall<T>,
  content: (answer: HttpAnswer) => unknown = ({ body }) => jsonOf(body),
): Promise<KubeOutcome<T>> {
  const { method, path, body, contentType = 'application/json' } = call;
  try {
    const answer = await http({
      method,
      url: path,
      headers: {
        // Logs are text, and an API server that may not answer so answers nothing.
        accept: 'application/json, */*',
        'user-agent': FIELD_MANAGER,
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    return read(answer, content(answer), call.shape);
  } catch (thrown) {
    return failed(0, 'Unreachable', `The API server did not answer: ${messageOf(thrown)}`);
  }
}

function read<T>({ status, body }: HttpAnswer, content: unknown, shape: z.ZodType<T>): KubeOutcome<T> {
  if (status < 200 || status > 299) return refused(status, jsonOf(body));
  const parsed = shape.safeParse(content);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return failed(status, 'Unintelligible', `Not understood: ${issue?.path.join('.')}: ${issue?.message}`);
}

function refused(status: number, json: unknown): KubeOutcome<never> {
  const parsed = Status.safeParse(json);
  if (!parsed.success) return failed(status, `Http${status}`, `The API server answered ${status}`);
  const { reason, message, metadata, details } = parsed.data;
  // What forbids an eviction shares its reason with every other 429 or 403; the cause tells them apart.
  const cause = details.causes.find((one) => CAUSES.has(one.reason))?.reason;
  return failed(status, cause ?? (reason || `Http${status}`), message, metadata?.continue);
}

const failed = (status: number, reason: string, message: string, goesOn?: string): KubeOutcome<never> => ({
  ok: false,
  error: {
    status,
    reason,
    message: message.slice(0, MAX_MESSAGE),
    ...(goesOn === undefined ? {} : { goesOn }),
  },
});

/**
 * A list of 600 pages may take longer than the API server remembers what was when it began. Then it goes on with what is
 * there now, which nothing here minds. https://kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses
 */
async function list<T>(send: KubeClient['send'], call: ListCall<T>): Promise<KubeOutcome<void>> {
  const shape = z.object({
    metadata: z.object({ continue: z.string().nullish() }).catch({}),
    items: z.array(call.item).nullable(),
  });
  let next: string | undefined;
  let expired = false;
  do {
    const query = new URLSearchParams({ ...call.query, limit: String(PAGE_SIZE) });
    if (next !== undefined) query.set('continue', next);
    const page = await send({ method: 'GET', path: `${call.path}?${query}`, shape });
    if (page.ok) {
      call.page(page.value.items ?? []);
      next = page.value.metadata.continue || undefined;
    } else {
      // Twice in a row is no list that is merely slow.
      if (expired || page.error.status !== 410 || page.error.goesOn === undefined) return page;
      next = page.error.goesOn;
    }
    expired = !page.ok;
  } while (next !== undefined);
  return { ok: true, value: undefined };
}

/** For lists whose items are few: all of them. */
export async function listAll<T>(
  client: KubeClient,
  call: Omit<ListCall<T>, 'page'>,
): Promise<KubeOutcome<readonly T[]>> {
  const all: T[] = [];
  const listed = await client.list({ ...call, page: (items) => all.push(...items) });
  return listed.ok ? { ok: true, value: all } : listed;
}

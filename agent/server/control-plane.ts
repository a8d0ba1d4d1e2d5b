/** The four requests of the agent to the control plane. Answers are values; their words are in lib/domain/agent.ts. */
import { z } from 'zod';
import type {
  Definition,
  EnrollAnswer,
  EnrollRequest,
  Heartbeat,
  HeartbeatAnswer,
  OperationResult,
  RenewRequest,
} from '../../lib/domain/agent.ts';
import type { Http, HttpAnswer, HttpMethod, Time } from '../ports.ts';
import { messageOf } from '../thrown.ts';
import { AGENT_VERSION } from '../version.ts';
import { DefinitionShape, EnrollAnswerShape, HeartbeatAnswerShape } from './shapes.ts';

export interface Refusal {
  /** Of HTTP; 0: no answer came, or one that nobody understands. */
  readonly status: number;
  /** `CLUSTER_NOT_FOUND`; empty when the answer carries none. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/**
 * The token or credential is no good here: used up, or another cluster's, whose Secret a restore has brought. Said by the
 * control plane: the refusals of a proxy on the way have other words.
 */
export const isUnknown = ({ code }: Refusal): boolean =>
  code === 'UNAUTHENTICATED' || code === 'CREDENTIAL_OF_OTHER_CLUSTER';

export type Answered<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface ControlPlane {
  enroll(request: EnrollRequest): Promise<Answered<EnrollAnswer>>;
  renew(request: RenewRequest, credential: string): Promise<Answered<EnrollAnswer>>;
  heartbeat(beat: Heartbeat, credential: string): Promise<Answered<HeartbeatAnswer>>;
  /** `unchanged`: it is still the revision that the caller has. */
  definition(since: string | undefined, credential: string): Promise<Answered<Definition | 'unchanged'>>;
  result(result: OperationResult, credential: string): Promise<Answered<void>>;
}

export interface ControlPlaneOptions {
  readonly http: Http;
  readonly url: string;
  readonly time: Time;
  readonly signal: AbortSignal;
}

interface Ask<T> {
  readonly method: HttpMethod;
  readonly path: string;
  readonly body?: object;
  readonly credential?: string;
  read(answer: HttpAnswer): T;
}

/** RFC 9457, as far as it is read. */
const Problem = z.object({
  code: z.string().catch(''),
  title: z.string().catch(''),
  detail: z.string().catch(''),
});

export function controlPlane(options: ControlPlaneOptions): ControlPlane {
  const post = <T>(path: string, body: object, shape: z.ZodType<T>, credential?: string) =>
    ask<T>(options, {
      method: 'POST',
      path,
      body,
      ...(credential === undefined ? {} : { credential }),
      read: (answer) => shape.parse(JSON.parse(answer.body)),
    });
  return {
    enroll: (request) => post('enroll', request, EnrollAnswerShape),
    renew: (request, credential) => post('enroll', request, EnrollAnswerShape, credential),
    heartbeat: (beat, credential) => post('heartbeat', beat, HeartbeatAnswerShape, credential),
    definition: (since, credential) => definition(options, since, credential),
    result: (result, credential) =>
      ask(options, { method: 'POST', path: 'results', body: result, credential, read: () => undefined }),
  };
}

function definition(options: ControlPlaneOptions, since: string | undefined, credential: string) {
  const query = since === undefined ? '' : `?${new URLSearchParams({ since })}`;
  return ask<Definition | 'unchanged'>(options, {
    method: 'GET',
    path: `definition${query}`,
    credential,
    read: ({ status, body }) => (status === 304 ? 'unchanged' : DefinitionShape.parse(JSON.parse(body))),
  });
}

async function ask<T>({ http, url, time, signal }: ControlPlaneOptions, asked: Ask<T>): Promise<Answered<T>> {
  const { method, path, body, credential } = asked;
  try {
    const answer = await http({
      method,
      url: `${url}/api/agent/v1/${path}`,
      headers: {
        accept: 'application/json',
        'user-agent': `slipway-agent/${AGENT_VERSION}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    const good = (answer.status >= 200 && answer.status <= 299) || answer.status === 304;
    return good
      ? { kind: 'ok', value: asked.read(answer) }
      : { kind: 'refused', refusal: refusal(answer, time.now()) };
  } catch (thrown) {
    return { kind: 'refused', refusal: { status: 0, code: '', message: messageOf(thrown) } };
  }
}

function refusal({ status, headers, body }: HttpAnswer, nowMs: number): Refusal {
  const { code, title, detail } = problemIn(body);
  const retryAfterMs = retryAfter(headers['retry-after'], nowMs);
  return {
    status,
    code,
    message: detail || title || `The control plane answered ${status}.`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function problemIn(body: string): z.output<typeof Problem> {
  try {
    return Problem.parse(JSON.parse(body));
  } catch {
    return { code: '', title: '', detail: '' };
  }
}

/** Seconds or an HTTP date: RFC 9110 section 10.2.3. Milliseconds from now; `undefined` for anything else. */
export function retryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

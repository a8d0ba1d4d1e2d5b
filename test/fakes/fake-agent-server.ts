/**
 * The control plane as an agent sees it: enrols, renews, takes heartbeats and results, hands out a definition. Keeps
 * what it was sent. It checks what it is sent by the server's own schemas.
 */
import type { HttpAnswer, HttpRequest } from '../../agent/ports.ts';
import { HEARTBEAT, OPERATION_RESULT } from '../../lib/api/schemas/agent.ts';
import type {
  Definition,
  EnrollRequest,
  Heartbeat,
  OperationResult,
  RenewRequest,
} from '../../lib/domain/agent.ts';
import { toInstant } from '../../lib/domain/time.ts';
import { anAgentDefinition } from '../builders/agent-definition.ts';

const DAY_MS = 86_400_000;
/** The same token with the same nonce gives the same answer for so long. */
const SAME_ANSWER_MS = 600_000;

export interface Scripted {
  readonly status: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class FakeAgentServer {
  readonly beats: Heartbeat[] = [];
  readonly results: OperationResult[] = [];
  readonly enrolments: EnrollRequest[] = [];
  /** Of bodies, in order. */
  readonly bodyBytes: number[] = [];
  renewals = 0;
  definitionReads = 0;
  beatAfterMs = 60_000;
  reportEveryMs = 900_000;
  definition: Definition;
  /** Tokens that may still be used. */
  readonly tokens = new Set<string>();
  /** Answered instead, one by one; `lost`: carried out, but the answer never arrives. */
  readonly next: (Scripted | 'silent' | 'lost')[] = [];
  /** Nobody answers. */
  down = false;
  readonly #cluster: string;
  readonly #now: () => number;
  #epoch = 0;
  #issued = 0;
  /** By token that was used. */
  readonly #used = new Map<string, { readonly nonce: string; readonly atMs: number }>();
  readonly #valid = new Set<string>();

  constructor(cluster: string, now: () => number) {
    this.#cluster = cluster;
    this.#now = now;
    this.definition = anAgentDefinition({ cluster });
  }

  /** No credential is good any more. */
  revoke(): void {
    this.#valid.clear();
  }

  readonly http = async (request: HttpRequest): Promise<HttpAnswer> => {
    const scripted = this.next.shift();
    if (this.down || scripted === 'silent') throw new Error('connect ECONNREFUSED');
    if (typeof scripted === 'object') return problem(scripted);
    const answer = this.#answer(request);
    if (scripted === 'lost') throw new Error('socket hang up');
    return answer;
  };

  #answer({ method, url, headers, body = '' }: HttpRequest): HttpAnswer {
    const { pathname, searchParams } = new URL(url);
    const json: unknown = body === '' ? undefined : JSON.parse(body);
    const bearer = headers.authorization?.replace('Bearer ', '');
    this.bodyBytes.push(Buffer.byteLength(body));
    if (`${method} ${pathname}` === 'POST /api/agent/v1/enroll') return this.#enrol(json, bearer);
    if (bearer === undefined || !this.#valid.has(bearer)) return problem(UNAUTHENTICATED);
    switch (`${method} ${pathname}`) {
      case 'POST /api/agent/v1/heartbeat':
        return this.#heartbeat(json);
      case 'GET /api/agent/v1/definition':
        return this.#definition(searchParams.get('since'));
      case 'POST /api/agent/v1/results': {
        this.results.push(OPERATION_RESULT.parse(json));
        return { status: 204, headers: {}, body: '' };
      }
      default:
        return problem({ status: 404 });
    }
  }

  #enrol(json: unknown, bearer: string | undefined): HttpAnswer {
    const request = json as EnrollRequest | RenewRequest;
    if ('renew' in request) {
      if (bearer === undefined || !this.#valid.has(bearer)) return problem(UNAUTHENTICATED);
      this.renewals += 1;
      return this.#issue();
    }
    this.enrolments.push(request);
    const { bootstrapToken, nonce } = request;
    const used = this.#used.get(bootstrapToken);
    const isSameTry = used?.nonce === nonce && this.#now() - used.atMs < SAME_ANSWER_MS;
    if (!isSameTry && !this.tokens.delete(bootstrapToken)) return problem(UNAUTHENTICATED);
    if (!isSameTry) {
      this.#epoch += 1;
      this.#used.set(bootstrapToken, { nonce, atMs: this.#now() });
    }
    return this.#issue();
  }

  #issue(): HttpAnswer {
    this.#issued += 1;
    const credential = `sla1.${this.#cluster}.0.${this.#epoch}.${this.#issued}`;
    this.#valid.add(credential);
    const now = this.#now();
    return ok({ credential, expiresAt: toInstant(now + DAY_MS), renewAt: toInstant(now + DAY_MS / 2) });
  }

  #heartbeat(json: unknown): HttpAnswer {
    const parsed = HEARTBEAT.safeParse(json);
    if (!parsed.success) return problem({ status: 422, code: 'VALIDATION_FAILED' });
    this.beats.push(parsed.data);
    return ok({
      serverTime: toInstant(this.#now()),
      beatAfterMs: this.beatAfterMs,
      reportEveryMs: this.reportEveryMs,
      revision: this.definition.revision,
    });
  }

  #definition(since: string | null): HttpAnswer {
    this.definitionReads += 1;
    if (since === this.definition.revision) return { status: 304, headers: {}, body: '' };
    return ok(this.definition);
  }
}

const UNAUTHENTICATED = { status: 401, code: 'UNAUTHENTICATED' };

const ok = (body: object): HttpAnswer => ({ status: 200, headers: {}, body: JSON.stringify(body) });

const problem = ({ status, code = '', headers = {} }: Scripted): HttpAnswer => ({
  status,
  headers,
  body: JSON.stringify({ code, title: 'Refused' }),
});

/**
 * How a webhook's bytes leave: to an address that was checked, and to no other. The name is resolved while the connection
 * is opened, every address of the answer has to be allowed, and the socket goes to one of them, so that a name that means
 * something else a moment later (DNS rebinding) gains nothing. Redirects are not followed, of the answer only the status
 * is kept, sizes and times are bounded (OWASP, Server Side Request Forgery Prevention).
 */
import { promises as dns, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { isPublicAddress } from './addresses.ts';
import { forbiddenTarget, type WebhookTargets } from './target.ts';

export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'timed-out' }
  /** The host is, or resolves to, what webhooks may not reach. */
  | { readonly kind: 'forbidden' }
  /** `code`: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, ... */
  | { readonly kind: 'unreachable'; readonly code: string };

/** Makes one attempt. Never rejects. */
export type PostWebhook = (post: WebhookPost) => Promise<PostOutcome>;

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

interface TransportOptions {
  readonly targets: WebhookTargets;
  /** The system's when absent. */
  readonly resolve?: Resolve;
  /** What `public` targets may resolve to; addresses on the internet when absent. */
  readonly isAllowed?: (address: string) => boolean;
  /** Wall milliseconds for all of one attempt. */
  readonly timeoutMs?: number;
}

/** What receivers get to answer; the same stands in how-to/receive-webhooks.md. */
const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Sockets are kept for the next message of a burst, and not for the next hour. */
const KEEP_ALIVE_MS = 4_000;
const CONNECTIONS = 4;
/** Nobody reads the answer; beyond so much the connection is closed instead of emptied. */
const MAX_ANSWER_BYTES = 16 * 1024;

class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'FORBIDDEN_ADDRESS';
}

export function webhookTransport(options: TransportOptions): PostWebhook {
  const { targets, resolve = systemResolve, timeoutMs = TIMEOUT_MS } = options;
  const isAllowed = targets === 'any' ? () => true : (options.isAllowed ?? isPublicAddress);
  const dispatcher = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect: buildConnector({
      timeout: CONNECT_TIMEOUT_MS,
      allowH2: false,
      minVersion: 'TLSv1.2',
      lookup: checkedLookup(resolve, isAllowed),
    }),
  });
  return async ({ url, headers, body }) => {
    // An address in the URL is dialled without asking `lookup`.
    if (forbiddenTarget(url, targets) !== undefined) return { kind: 'forbidden' };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal });
      // The status decides; whatever happens to the rest of the answer is nobody's business.
      await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
      return { kind: 'answered', status: answer.statusCode };
    } catch (error) {
      return outcomeOf(codeOf(error), signal);
    }
  };
}

function checkedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (host, { all }, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
          callback(new ForbiddenAddressError(`${host} has an address that webhooks may not reach`), '', 0);
        } else if (all) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

function systemResolve(host: string): Promise<readonly LookupAddress[]> {
  return dns.lookup(host, { all: true });
}

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

function outcomeOf(code: string, signal: AbortSignal): PostOutcome {
  if (code === 'FORBIDDEN_ADDRESS') return { kind: 'forbidden' };
  if (signal.aborted || TIMEOUTS.has(code)) return { kind: 'timed-out' };
  return { kind: 'unreachable', code };
}

/** Codes are words of Node, OpenSSL and undici; what is none of them could be anything. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN';
}

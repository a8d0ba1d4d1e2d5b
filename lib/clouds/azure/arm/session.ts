/**
 * What every ARM client of one pass shares: credential, transport, guard. Retries of the SDK are off (the queue
 * retries), requests are bounded, and pollers are never awaited: an operation is started and the resource is observed.
 */
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline';
import type { AccountAccess, CallGuard } from '../../port.ts';
import { readRetryAfter } from '../errors.ts';
import type { Credentials } from './credentials.ts';
import { guardPolicy } from './guard-policy.ts';
import { ARM_ORIGIN, type HttpClients } from './origins.ts';

export interface ClientOptions {
  readonly endpoint: string;
  readonly credentials: { readonly scopes: string[] };
  readonly httpClient: HttpClient;
  readonly retryOptions: { readonly maxRetries: number };
  readonly additionalPolicies: { readonly policy: PipelinePolicy; readonly position: 'perRetry' }[];
}

export interface ArmSession {
  readonly credential: TokenCredential;
  readonly options: ClientOptions;
}

export interface SessionParts {
  readonly clients: HttpClients;
  readonly credentials: Credentials;
  /** Wall milliseconds. */
  readonly requestTimeoutMs: number;
}

export function openSession(parts: SessionParts, access: AccountAccess, guard: CallGuard): ArmSession {
  return {
    credential: parts.credentials(access),
    options: {
      endpoint: ARM_ORIGIN,
      credentials: { scopes: [`${ARM_ORIGIN}/.default`] },
      httpClient: parts.clients.arm,
      retryOptions: { maxRetries: 0 },
      // `perRetry` policies run after the phase that signs.
      additionalPolicies: [{ policy: guardPolicy(guard, parts.requestTimeoutMs), position: 'perRetry' }],
    },
  };
}

/** A long-running operation that Azure has accepted. */
export interface Accepted {
  /** Azure's advice when to look, in cloud milliseconds. */
  readonly retryAfterMs?: number;
}

interface Raw {
  readonly headers: { get(name: string): string | undefined };
}
interface Poller {
  submitted(): Promise<void>;
}

/**
 * Sends a PUT, POST or DELETE and waits for its first answer only. The poller is dropped on purpose: it is thenable,
 * so returning it from an async function would block until the cloud is done.
 */
export async function kick(start: (onResponse: (raw: Raw) => void) => Poller): Promise<Accepted> {
  let retryAfterMs: number | undefined;
  const poller = start((raw) => {
    retryAfterMs = readRetryAfter((name) => raw.headers.get(name));
  });
  await poller.submitted();
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

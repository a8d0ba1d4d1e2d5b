/** What stands in front of every request to an API server, and what is taken out of what comes back. */
import { type CallGuard, type CloudCall, PassDeadlineError } from '../clouds/port.ts';
import type { KubeError } from './errors.ts';
import type { KubeAccess } from './kubeconfig.ts';
import type { KubeTransport } from './transport.ts';

export interface ClientOptions {
  readonly access: KubeAccess;
  readonly transport: KubeTransport;
  /** Wall milliseconds for one request with its answer. */
  readonly timeoutMs: number;
  readonly guard?: CallGuard;
}

/** Rate limits of an API server are per client, not per kind; and one cluster's API server says nothing of another's. */
export function askedOf({ server }: KubeAccess, write: boolean): CloudCall {
  return { verb: write ? 'write' : 'read', family: `kubernetes:${server.host}` };
}

/** Throws PassDeadlineError: a write after the deadline must not leave, and the pass must not commit. */
export function admit(
  guard: CallGuard | undefined,
  operation: string,
  asked: CloudCall,
): KubeError | undefined {
  const refusal = guard?.admit(asked);
  if (refusal === undefined) return undefined;
  switch (refusal.why) {
    case 'deadline':
      throw new PassDeadlineError(`The pass's deadline came before ${operation}`);
    case 'budget':
      return {
        code: 'Throttled',
        message: "The budget of calls to the cluster's API server is used up for now.",
        retryAfterMs: refusal.retryAfterMs,
        causes: [],
        source: `kube:${operation}:Budget`,
      };
  }
}

export function urlOf({ server }: KubeAccess, path: string): string {
  return `${server.href.replace(/\/$/, '')}${path}`;
}

export function identity({ token }: KubeAccess): Record<string, string> {
  return {
    'user-agent': 'slipway',
    ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
  };
}

/** A hostile server may send back what it was shown; people read messages. */
export function withoutToken(error: KubeError, access: KubeAccess): KubeError {
  if (access.token === undefined) return error;
  return { ...error, message: error.message.replaceAll(access.token.reveal(), '[redacted]') };
}

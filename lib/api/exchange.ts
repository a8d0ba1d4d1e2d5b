/** One request on its way through the layers: what each layer learnt, for the next. Nothing outside lib/api sees it. */
import type { HttpRequest } from '@azure/functions';
import type { Agent } from '../agents/authenticate.ts';
import type { Answer } from './answer.ts';
import { ANONYMOUS, type Caller, type Grant } from './auth/caller.ts';
import type { ApiDeps, Contract } from './contract.ts';
import type { Layer } from './middleware.ts';

/** A value that a layer has to have set; `undefined` is a legal value of some. */
export type Known<T> = { readonly value: T } | undefined;

export interface Exchange<P, Q, B, T> {
  readonly request: HttpRequest;
  readonly contract: Contract<P, Q, B, T>;
  readonly deps: ApiDeps;
  readonly correlationId: string;
  caller: Caller;
  grant: Grant | undefined;
  agent: Agent | undefined;
  params: Known<P>;
  query: Known<Q>;
  target: Known<T>;
  rawBody: unknown;
  /** Set while this request holds its Idempotency-Key. */
  claim: IdempotencyHold | undefined;
}

export interface IdempotencyHold {
  /** Keeps the answer for the key's next use. */
  keep(answer: Answer): Promise<void>;
  /** Lets go of the key: the request had no effect that we know of. */
  release(): Promise<void>;
}

export type ApiLayer<P, Q, B, T> = Layer<Exchange<P, Q, B, T>, Answer>;

/** Correlation ids come from outside into logs and headers: short, and of harmless characters. */
const CORRELATION_ID = /^[\w.:-]{1,128}$/;

export function openExchange<P, Q, B, T>(
  request: HttpRequest,
  contract: Contract<P, Q, B, T>,
  deps: ApiDeps,
): Exchange<P, Q, B, T> {
  const given = request.headers.get('x-correlation-id');
  return {
    request,
    contract,
    deps,
    correlationId: given !== null && CORRELATION_ID.test(given) ? given : deps.ids.uuid(),
    caller: ANONYMOUS,
    grant: undefined,
    agent: undefined,
    params: undefined,
    query: undefined,
    target: undefined,
    rawBody: undefined,
    claim: undefined,
  };
}

/** Throws when the layer that sets it did not run: a bug in the order of the layers. */
export function known<V>(value: Known<V>, name: string): V {
  if (!value) throw new Error(`No layer has set ${name}`);
  return value.value;
}

/**
 * One HTTP route: a contract, the fixed layers, and the logic. The layers are in one visible order (api.md,
 * «Conventions») and no route can leave one out. Logic returns its answer; what it throws is answered with a bare 500.
 */
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Answer } from './answer.ts';
import { seesWith } from './auth/grants.ts';
import type { ApiDeps, Approach, Contract, Logic, RouteDescription } from './contract.ts';
import { ifMatchGeneration } from './etag.ts';
import { type Exchange, known, openExchange } from './exchange.ts';
import { authenticate } from './layers/authenticate.ts';
import { authorize } from './layers/authorize.ts';
import { catchErrors } from './layers/catch-errors.ts';
import { holdIdempotencyKey } from './layers/hold-idempotency-key.ts';
import { locateTarget } from './layers/locate-target.ts';
import { ownClusterOnly } from './layers/own-cluster-only.ts';
import { readBody } from './layers/read-body.ts';
import { readQuery } from './layers/read-query.ts';
import { visibility } from './layers/visibility.ts';
import { layered } from './middleware.ts';
import { refusal } from './problem.ts';
import { respond } from './respond.ts';
import { schemaFindings } from './schema-findings.ts';

/** A route with its types closed over: the form in which a list of different routes is held. */
export interface Endpoint {
  readonly contract: RouteDescription;
  /** Never throws. */
  handle(deps: ApiDeps, request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit>;
}

export function endpoint<P = Record<string, never>, Q = Record<string, never>, B = undefined, T = undefined>(
  contract: Contract<P, Q, B, T>,
  logic: Logic<P, Q, B, T>,
): Endpoint {
  const chain = layered<Exchange<P, Q, B, T>, Answer>(
    [
      catchErrors(),
      authenticate(),
      visibility(),
      locateTarget(),
      authorize(),
      readBody(),
      readQuery(),
      ownClusterOnly(),
      holdIdempotencyKey(),
    ],
    (exchange) => judgeAndRun(exchange, logic),
  );
  return {
    contract,
    async handle(deps, request, context) {
      const exchange = openExchange(request, contract, deps);
      return respond(await chain(exchange, context), request, exchange.correlationId);
    },
  };
}

/** 412 and 428 first, then everything about the body at once, then the logic. */
async function judgeAndRun<P, Q, B, T>(
  exchange: Exchange<P, Q, B, T>,
  logic: Logic<P, Q, B, T>,
): Promise<Answer> {
  const { contract } = exchange;
  const approach = toApproach(exchange);
  const unmet = await contract.precondition?.(approach);
  if (unmet) return unmet;
  const body = parseBody(contract, exchange.rawBody);
  return 'problem' in body ? body.problem : logic({ ...approach, body: body.value });
}

function parseBody<P, Q, B, T>(contract: Contract<P, Q, B, T>, raw: unknown) {
  // Without a schema B is its default, undefined: the type parameter cannot be anything else then.
  if (!contract.body) return { value: undefined as B };
  const parsed = contract.body.safeParse(raw);
  if (parsed.success) return { value: parsed.data };
  const problem = refusal(schemaFindings(parsed.error, raw));
  if (!problem) throw new Error('A schema refused a body without saying why');
  return { problem };
}

function toApproach<P, Q, B, T>(exchange: Exchange<P, Q, B, T>): Approach<P, Q, T> {
  const { request, grant, agent } = exchange;
  const generation = ifMatchGeneration(request.headers.get('if-match'));
  return {
    caller: exchange.caller,
    ...(grant === undefined ? {} : { grant }),
    ...(agent === undefined ? {} : { agent }),
    sees: seesWith(grant),
    params: known(exchange.params, 'params'),
    query: known(exchange.query, 'query'),
    target: known(exchange.target, 'target'),
    rawBody: exchange.rawBody,
    ...(generation === undefined ? {} : { ifMatchGeneration: generation }),
    correlationId: exchange.correlationId,
    url: request.url,
    deps: exchange.deps,
  };
}

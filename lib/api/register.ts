/** Hands routes to the Functions runtime. Tokens are checked by our own layer, so the host's keys are not used. */
import type { app, HttpMethod } from '@azure/functions';
import type { ApiDeps } from './contract.ts';
import type { Endpoint } from './endpoint.ts';

type App = Pick<typeof app, 'http'>;

/** `deps` is asked for at the first call, so that registering costs and connects nothing. */
export function register(functions: App, endpoints: readonly Endpoint[], deps: () => ApiDeps): void {
  for (const endpoint of endpoints) {
    functions.http(endpoint.contract.name, {
      authLevel: 'anonymous',
      methods: [endpoint.contract.method],
      route: endpoint.contract.route,
      handler: (request, context) => endpoint.handle(deps(), request, context),
    });
  }
}

/** What the runtime routes to no endpoint: `unmatched` answers it. */
export function registerFallback(functions: App, fallback: Endpoint, deps: () => ApiDeps): void {
  const methods: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
  functions.http(fallback.contract.name, {
    authLevel: 'anonymous',
    methods,
    route: fallback.contract.route,
    handler: (request, context) => fallback.handle(deps(), request, context),
  });
}

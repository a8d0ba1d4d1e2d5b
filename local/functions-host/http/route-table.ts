/**
 * The HTTP functions of an app and which of them a request is for. HEAD is answered by the function that answers GET and
 * OPTIONS by the table itself, unless a function asks for them.
 */
import { z } from 'zod';
import type { LoadedFunction } from '../core/registry.ts';
import { type AppSettings, substituteSettings } from '../settings.ts';
import { parseRouteTemplate, type RouteTemplate } from './route-template.ts';

const HttpTrigger = z.looseObject({
  authLevel: z.enum(['anonymous', 'function', 'admin']).default('anonymous'),
  methods: z.array(z.string().toUpperCase()).min(1),
  route: z.string().optional(),
});

export type AuthLevel = z.infer<typeof HttpTrigger>['authLevel'];

interface Route {
  readonly fn: LoadedFunction;
  readonly authLevel: AuthLevel;
  readonly methods: ReadonlySet<string>;
  readonly template: RouteTemplate;
}

export type RouteMatch =
  | {
      readonly kind: 'found';
      readonly fn: LoadedFunction;
      readonly authLevel: AuthLevel;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'options'; readonly allow: string }
  | { readonly kind: 'method-not-allowed'; readonly allow: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'malformed' };

export interface RouteTable {
  /** `pathname` is still percent-encoded. */
  find(method: string, pathname: string): RouteMatch;
}

export function buildRouteTable(
  functions: readonly LoadedFunction[],
  routePrefix: string,
  settings: AppSettings = {},
): RouteTable {
  const routes = functions
    .filter(({ trigger }) => trigger.binding.type === 'httpTrigger')
    .map((fn) => toRoute(fn, routePrefix, settings))
    .sort((a, b) => (a.template.precedence < b.template.precedence ? -1 : 1));
  return {
    find(method, pathname) {
      const segments = decodeSegments(pathname);
      return segments === undefined ? { kind: 'malformed' } : findRoute(routes, method, segments);
    },
  };
}

function toRoute(fn: LoadedFunction, routePrefix: string, settings: AppSettings): Route {
  const { authLevel, methods, route } = HttpTrigger.parse(fn.trigger.binding);
  const path = substituteSettings(route ?? fn.name, settings);
  return {
    fn,
    authLevel,
    methods: new Set(methods),
    template: parseRouteTemplate(`${routePrefix}/${path}`),
  };
}

/** Undefined when an escape is malformed. One slash at the end means nothing. */
function decodeSegments(pathname: string): readonly string[] | undefined {
  const path = pathname.replace(/^\//, '').replace(/\/$/, '');
  try {
    return path === '' ? [] : path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function findRoute(routes: readonly Route[], method: string, segments: readonly string[]): RouteMatch {
  const hits = routes.flatMap((route) => {
    const parameters = route.template.match(segments);
    return parameters === undefined ? [] : [{ ...route, parameters }];
  });
  if (hits.length === 0) return { kind: 'not-found' };
  const hit =
    hits.find(({ methods }) => methods.has(method)) ??
    (method === 'HEAD' ? hits.find(({ methods }) => methods.has('GET')) : undefined);
  if (hit !== undefined) {
    return { kind: 'found', fn: hit.fn, authLevel: hit.authLevel, parameters: hit.parameters };
  }
  const allow = allowed(hits);
  return method === 'OPTIONS' ? { kind: 'options', allow } : { kind: 'method-not-allowed', allow };
}

function allowed(hits: readonly Route[]): string {
  const methods = new Set(hits.flatMap((hit) => [...hit.methods]));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods.add('OPTIONS')].sort().join(', ');
}

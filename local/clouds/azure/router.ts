/** Finds the route of an address. Resource Manager's addresses are case-insensitive, `/resourcegroups/` included. */
import type { Route } from './world.ts';

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export type Found = RouteMatch | 'unknown' | 'other-method';

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly (string | { readonly param: string })[];
}

export function routerOf(routes: readonly Route[]): (method: string, path: string) => Found {
  const byLength = new Map<number, CompiledRoute[]>();
  for (const route of routes) {
    const segments = route.path
      .split('/')
      .filter(Boolean)
      .map((part) => (part.startsWith('{') ? { param: part.slice(1, -1) } : part.toLowerCase()));
    byLength.set(segments.length, [...(byLength.get(segments.length) ?? []), { route, segments }]);
  }
  return (method, path) => {
    const parts = path.split('/').filter(Boolean);
    const matches = (byLength.get(parts.length) ?? []).filter((candidate) => fits(candidate, parts));
    const match = matches.find(({ route }) => route.method === method);
    if (match) return { route: match.route, params: paramsOf(match, parts) };
    return matches.length > 0 ? 'other-method' : 'unknown';
  };
}

function fits({ segments }: CompiledRoute, parts: readonly string[]): boolean {
  return segments.every((segment, i) => typeof segment !== 'string' || segment === parts[i]?.toLowerCase());
}

function paramsOf({ segments }: CompiledRoute, parts: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  segments.forEach((segment, i) => {
    if (typeof segment !== 'string') params[segment.param] = decoded(parts[i] ?? '');
  });
  return params;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign is part of the name then, and no such name exists.
    return text;
  }
}

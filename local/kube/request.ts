/** One request to a simulated API server, and the path grammar of the Kubernetes API. */
import type { User } from './access/rules.ts';
import type { KubeResource } from './resources.ts';

export interface ApiRequest {
  readonly method: string;
  /** Below the cluster's prefix: `/api/v1/nodes`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Who showed a client certificate that the cluster's authority signed; `invalid`: another certificate. */
  readonly identity?: ClientIdentity | 'invalid';
}

/** That may be carried out, as far as its user's roles go. */
export interface AuthorizedRequest extends ApiRequest {
  readonly asker: User;
}

export interface ClientIdentity {
  readonly user: string;
  readonly groups: readonly string[];
}

export interface ApiAnswer {
  readonly status: number;
  /** Objects are sent as JSON, strings as plain text. */
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Target {
  readonly resource: KubeResource;
  /** Absent: across all namespaces, or none. */
  readonly namespace?: string;
  /** Absent: the collection. */
  readonly name?: string;
  readonly subresource?: string;
}

/** `undefined`: none of the served resources. Throws URIError never: malformed escapes are no resource either. */
export function parseTarget(path: string, served: readonly KubeResource[]): Target | undefined {
  const segments = path.split('/').slice(1).map(decode);
  const [root] = segments;
  const inGroup = root === 'apis';
  if (!inGroup && root !== 'api') return undefined;
  const group = inGroup ? (segments[1] ?? '') : '';
  const [version = '', ...rest] = segments.slice(inGroup ? 2 : 1);
  const scoped = rest[0] === 'namespaces' && rest.length > 2;
  const [plural = '', name, subresource, ...beyond] = scoped ? rest.slice(2) : rest;
  const resource = served.find((r) => r.group === group && r.version === version && r.plural === plural);
  if (resource === undefined || beyond.length > 0 || (scoped && !resource.namespaced)) return undefined;
  // A named object of a namespaced kind has to say its namespace.
  if (resource.namespaced && !scoped && name !== undefined) return undefined;
  return {
    resource,
    ...(scoped ? { namespace: rest[1] ?? '' } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

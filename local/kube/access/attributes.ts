/**
 * What a request is about, as authorizers see it: worked out of method and path alone, before anyone knows whether such
 * a thing exists. https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
 */
import type { ApiRequest } from '../request.ts';

export interface Attributes {
  readonly verb: string;
  /** Absent: `path` is no resource's. */
  readonly resource?: AskedResource;
  readonly path: string;
}

export interface AskedResource {
  /** Empty for the core group. */
  readonly group: string;
  /** `pods/log` with its subresource. */
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
}

type AskedRequest = Pick<ApiRequest, 'method' | 'path' | 'query'>;

export function attributesOf(request: AskedRequest): Attributes {
  const { method, path } = request;
  const resource = resourceOf(path);
  if (resource === undefined) return { verb: method.toLowerCase(), path };
  return { verb: verbOf(request, resource), resource, path };
}

function resourceOf(path: string): AskedResource | undefined {
  const [root, ...segments] = path.split('/').slice(1);
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group = '', version, ...rest] = root === 'apis' ? segments : ['', ...segments];
  if (version === undefined || rest.length === 0) return undefined;
  const scoped = rest[0] === 'namespaces' && rest.length > 2;
  const [plural = '', name, subresource] = scoped ? rest.slice(2) : rest;
  // A namespace is inside itself: https://github.com/kubernetes/kubernetes, RequestInfoFactory.
  const namespace = rest[0] === 'namespaces' ? rest[1] : undefined;
  return {
    group,
    plural: subresource === undefined ? plural : `${plural}/${subresource}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

function verbOf({ method, query }: AskedRequest, { name }: AskedResource): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch';
      return name === undefined ? 'list' : 'get';
  }
}

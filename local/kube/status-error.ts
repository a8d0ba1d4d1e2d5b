/**
 * A refusal of the simulated API server, thrown where it is found and turned into a Status object at the edge.
 * Words and reasons follow k8s.io/apimachinery/pkg/api/errors.
 */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { Attributes } from './access/attributes.ts';
import { type KubeResource, qualifiedName } from './resources.ts';

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: number;
  readonly reason: string;
  readonly details: StatusDetails;

  constructor(status: number, reason: string, message: string, details: StatusDetails = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
  }

  toBody(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      details: JSON.parse(JSON.stringify(this.details)),
      code: this.status,
    };
  }
}

type Qualified = Pick<KubeResource, 'group' | 'plural'>;

const detailsOf = (resource: Qualified, name: string): StatusDetails => ({
  name,
  kind: resource.plural,
  ...(resource.group === '' ? {} : { group: resource.group }),
});

export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized');

export function forbidden(user: string, { verb, path, resource: asked }: Attributes): StatusError {
  if (asked === undefined) {
    return new StatusError(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${path}"`);
  }
  const { group, plural, namespace, name } = asked;
  const full = `${plural.split('/')[0]}${group === '' ? '' : `.${group}`}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return new StatusError(
    403,
    'Forbidden',
    `${full}${name === undefined ? '' : ` "${name}"`} is forbidden: User "${user}" cannot ${verb} resource ` +
      `"${plural}" in API group "${group}" ${where}`,
    { kind: plural, ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }) },
  );
}

export const noSuchPath = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource');

export const notFound = (resource: Qualified, name: string): StatusError =>
  new StatusError(
    404,
    'NotFound',
    `${qualifiedName(resource)} "${name}" not found`,
    detailsOf(resource, name),
  );

export const alreadyExists = (resource: KubeResource, name: string): StatusError =>
  new StatusError(
    409,
    'AlreadyExists',
    `${qualifiedName(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  );

export const modified = (resource: KubeResource, name: string): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(resource, name),
  );

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

export const invalid = (message: string): StatusError => new StatusError(422, 'Invalid', message);

export const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

export const unsupportedMediaType = (type: string, accepted: readonly string[]): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format (${type}) - accepted media types include: ${accepted.join(', ')}`,
  );

export const notImplemented = (what: string): StatusError =>
  new StatusError(501, 'NotImplemented', `this simulated API server does not implement ${what}`);

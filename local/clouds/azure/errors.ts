/**
 * Refusals in the words of Azure Resource Manager. Handlers throw them, the front turns them into an answer. The codes
 * and texts are the service's own; most clients branch on the code, some only on the text.
 */

export interface ArmErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

export interface ArmErrorOptions {
  readonly target?: string;
  readonly details?: readonly ArmErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** AKS answers some errors without the `error` envelope, with `subcode` and null details. */
  readonly bare?: boolean;
}

export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly options: ArmErrorOptions;

  constructor(status: number, code: string, message: string, options: ArmErrorOptions = {}) {
    super(message);
    this.name = 'ArmError';
    this.status = status;
    this.code = code;
    this.options = options;
  }

  /** The body as it goes over the wire. */
  body(): unknown {
    const { target, details, bare } = this.options;
    const core = { code: this.code, message: this.message, ...(target ? { target } : {}) };
    if (bare) return { ...core, details: details ?? null, subcode: '' };
    return { error: { ...core, ...(details ? { details } : {}) } };
  }
}

export const badRequest = (code: string, message: string, options: ArmErrorOptions = {}) =>
  new ArmError(400, code, message, options);

export const conflict = (code: string, message: string, options: ArmErrorOptions = {}) =>
  new ArmError(409, code, message, options);

export function throttled(code: string, message: string, retryAfterMs: number): ArmError {
  const seconds = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return new ArmError(429, code, message, { headers: { 'retry-after': seconds } });
}

export const resourceNotFound = (type: string, name: string, group: string) =>
  new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

export const resourceGroupNotFound = (group: string) =>
  new ArmError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);

export const parentNotFound = (type: string, parent: string) =>
  new ArmError(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type '${type}', because the parent resource '${parent}' could not be found.`,
  );

export const preconditionFailed = (message: string) => new ArmError(412, 'PreconditionFailed', message);

export const propertyChangeNotAllowed = (property: string) =>
  badRequest('PropertyChangeNotAllowed', `Changing property '${property}' is not allowed.`, {
    target: property,
    bare: true,
  });

/** HTTP status of an error that someone injects by its code; what is not listed is a server fault. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  InvalidParameter: 400,
  BadRequest: 400,
  SubnetIsFull: 400,
  InvalidAuthenticationToken: 401,
  ExpiredAuthenticationToken: 401,
  AuthorizationFailed: 403,
  LinkedAuthorizationFailed: 403,
  RequestDisallowedByPolicy: 403,
  ReadOnlyDisabledSubscription: 403,
  ResourceNotFound: 404,
  NotFound: 404,
  ResourceGroupNotFound: 404,
  RequestTimeout: 408,
  Conflict: 409,
  OperationNotAllowed: 409,
  AnotherOperationInProgress: 409,
  QuotaExceeded: 409,
  SkuNotAvailable: 409,
  ScopeLocked: 409,
  MissingSubscriptionRegistration: 409,
  PreconditionFailed: 412,
  TooManyRequests: 429,
  Throttled: 429,
  RetryableError: 429,
  SubscriptionRequestsThrottled: 429,
  InternalServerError: 500,
  BadGateway: 502,
  ServiceUnavailable: 503,
  ServerBusy: 503,
  GatewayTimeout: 504,
};

export const statusOfCode = (code: string): number => STATUS_OF_CODE[code] ?? 500;

/** Refusals of the simulated AWS: the code on the wire (not the SDK's exception name), words and the HTTP status. */

/** Codes whose status is not 400: docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const STATUS: Readonly<Record<string, number>> = {
  AuthFailure: 401,
  UnauthorizedOperation: 403,
  AccessDenied: 403,
  InvalidClientTokenId: 403,
  SignatureDoesNotMatch: 403,
  ExpiredToken: 403,
  OptInRequired: 403,
  DryRunOperation: 412,
  NoSuchEntity: 404,
  EntityAlreadyExists: 409,
  DeleteConflict: 409,
  LimitExceeded: 409,
  RequestLimitExceeded: 503,
  Unavailable: 503,
  ServiceUnavailable: 503,
  InternalError: 500,
  InternalFailure: 500,
  InsufficientInstanceCapacity: 500,
  InsufficientHostCapacity: 500,
  InsufficientAddressCapacity: 500,
  InsufficientCapacity: 500,
};

export const statusOfCode = (code: string): number => STATUS[code] ?? 400;

/** Thrown by operations; nothing of what the request changed is kept. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number = statusOfCode(code)) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalidValue = (value: string, parameter: string, why: string): AwsFault =>
  new AwsFault('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`);

export const invalidCombination = (message: string): AwsFault =>
  new AwsFault('InvalidParameterCombination', message);

export const missing = (parameter: string): AwsFault =>
  new AwsFault('MissingParameter', `The request must contain the parameter ${parameter}`);

export const dependencyViolation = (message: string): AwsFault =>
  new AwsFault('DependencyViolation', message);

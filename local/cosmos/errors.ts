/** Refusals of the Cosmos DB protocol: a status, sometimes a substatus, and a sentence. The HTTP layer writes them. */

export class CosmosError extends Error {
  override readonly name = 'CosmosError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** `code` of the answer's body, by status. */
const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
  449: 'RetryWith',
  503: 'ServiceUnavailable',
};

export function codeOf(status: number): string {
  return CODES[status] ?? 'InternalServerError';
}

export const badRequest = (message: string): CosmosError => new CosmosError(400, message);
export const notFound = (what: string): CosmosError => new CosmosError(404, `Resource not found: ${what}.`);
export const conflict = (message: string): CosmosError => new CosmosError(409, message);
export const preconditionFailed = (): CosmosError =>
  new CosmosError(412, 'Operation cannot be performed because one of the specified precondition is not met.');
export const tooLarge = (bytes: number): CosmosError =>
  new CosmosError(413, `Request size is too large: ${bytes} bytes.`);

/** The message of a 429 and its substatus, as the cloud words them. */
export function tooManyRequests(retryAfterMs: number): CosmosError {
  return new CosmosError(429, 'Request rate is large. More Request Units may be needed.', {
    'x-ms-retry-after-ms': String(Math.ceil(retryAfterMs)),
    'x-ms-substatus': '3200',
  });
}

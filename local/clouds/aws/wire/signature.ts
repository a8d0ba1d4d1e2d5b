/**
 * Signature Version 4, as the services check it: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
 * The secret never travels; both sides work out the same digest of the request.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SimRequest } from '../../kit/wire.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface Signature {
  readonly accessKeyId: string;
  /** `20261120` */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly digest: string;
  /** Of `x-amz-date`, epoch milliseconds; NaN when that is missing or malformed. */
  readonly signedAt: number;
}

const HEADER = new RegExp(
  `^${ALGORITHM}\\s+Credential=([^/,\\s]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request,\\s*SignedHeaders=([^,\\s]+),\\s*Signature=([0-9a-f]{64})$`,
);

/** Undefined: the request carries none. */
export function signatureOf({ headers }: SimRequest): Signature | undefined {
  const match = HEADER.exec(headers.authorization ?? '');
  if (!match) return undefined;
  const [, accessKeyId = '', day = '', region = '', service = '', signed = '', digest = ''] = match;
  const signedAt = instantOf(headers['x-amz-date'] ?? '');
  return { accessKeyId, day, region, service, signedHeaders: signed.split(';'), digest, signedAt };
}

/** `20261120T120000Z` */
function instantOf(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Whether the request was signed with this secret, as it arrived. */
export function isSignedWith(secret: string, request: SimRequest, signature: Signature): boolean {
  const scope = `${signature.day}/${signature.region}/${signature.service}/aws4_request`;
  const text = [
    ALGORITHM,
    request.headers['x-amz-date'] ?? '',
    scope,
    sha256(canonical(request, signature.signedHeaders)),
  ].join('\n');
  const expected = createHmac('sha256', signingKey(secret, scope)).update(text).digest();
  return timingSafeEqual(expected, Buffer.from(signature.digest, 'hex'));
}

const MOST_KEYS = 100;
const keys = new Map<string, Buffer>();

/** The same for a day, as its clients keep it, too. */
function signingKey(secret: string, scope: string): Buffer {
  const known = keys.get(`${secret}/${scope}`);
  if (known) return known;
  const key = scope
    .split('/')
    .reduce(
      (former, part) => createHmac('sha256', former).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(`${secret}/${scope}`, key);
  return key;
}

function canonical({ method, url, headers, body }: SimRequest, signedHeaders: readonly string[]): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const query = [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join('&');
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`);
  const path = pathname.split('/').map(encoded).join('/');
  return [method, path, query, ...lines, '', signedHeaders.join(';'), sha256(body)].join('\n');
}

/** RFC 3986, which leaves fewer characters alone than encodeURIComponent. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

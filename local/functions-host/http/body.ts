/** Request bodies under a size limit. The platform's own limit is 100 MB (Azure Functions HTTP trigger, «Limits»). */
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';

export const PLATFORM_BODY_LIMIT = 100 * 1024 * 1024;

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** True when the client announces more than the limit, so that nothing needs to be read. */
export function announcesTooMuch(request: IncomingMessage, limitBytes: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > limitBytes;
}

/** Throws BodyTooLargeError as soon as the limit is passed. The connection stays, so that the refusal can be answered. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let seen = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    seen += chunk.length;
    if (seen > limitBytes) throw new BodyTooLargeError(`More than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Passes bytes on until the limit is passed, then fails with BodyTooLargeError. */
export function limited(limitBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limitBytes) done(new BodyTooLargeError(`More than ${limitBytes} bytes`));
      else done(null, chunk);
    },
  });
}

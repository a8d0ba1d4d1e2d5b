/**
 * Requests to the control plane: outward only, through the proxy of the environment when there is one (HTTPS_PROXY,
 * HTTP_PROXY, NO_PROXY). Further authorities come in with NODE_EXTRA_CA_CERTS, which Node reads itself.
 */
import { type Dispatcher, EnvHttpProxyAgent, fetch, type Response } from 'undici';
import type { Http, HttpAnswer } from '../ports.ts';

const TIMEOUT_MS = 30_000;
/** The definition with its packs is the largest answer. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export const outboundHttp = (): Http => httpThrough(new EnvHttpProxyAgent());

/**
 * Absent: without any proxy. Redirects are never followed: whoever sends one would collect the credential.
 */
export function httpThrough(dispatcher?: Dispatcher): Http {
  return async ({ method, url, headers, body, signal }) => {
    const answer = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    return answerOf(answer, MAX_ANSWER_BYTES);
  };
}

/** Throws when the answer is larger than that. */
export async function answerOf(answer: Response, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`The answer is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
}

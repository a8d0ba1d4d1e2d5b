/**
 * Runs a program in a container over a WebSocket, as kubectl does. Frames begin with one byte that names their channel:
 * standard output, standard error, and the Status that says how the program ended. What comes is bounded, and a
 * connection that ends before its Status is no answer.
 * Source: https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { WebSocket } from 'ws';
import { CONNECT_TIMEOUT_MS, dialled, tlsOptions } from './dial.ts';
import type { KubeAccess } from './kubeconfig.ts';
import type { KubeExec, KubeExecAnswer, KubeTransportAnswer } from './transport.ts';

/** v5 differs in that input can be closed, which nobody here sends; servers before 1.30 know v4 only. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const STDOUT = 1;
const STDERR = 2;
const OUTCOME = 3;

export function socketExec(access: KubeAccess, gateway: string): KubeExec {
  return (url, request) =>
    new Promise((resolve, reject) => {
      const socket = open(access, gateway, url, request);
      const end = (settle: () => void) => {
        request.signal.removeEventListener('abort', abort);
        settle();
        socket.terminate();
      };
      const abort = () => end(() => reject(request.signal.reason));
      request.signal.addEventListener('abort', abort);
      if (request.signal.aborted) abort();

      const channels = collect(request.maxBytes);
      socket.on('message', (data) => {
        // Whole messages are one Buffer, as long as nobody asks `ws` for another type.
        const answer = Buffer.isBuffer(data) ? channels.take(data) : undefined;
        if (answer !== undefined) end(() => resolve(answer));
      });
      socket.on('unexpected-response', (_request, response: IncomingMessage) => {
        request.signal.addEventListener('abort', () => response.destroy(request.signal.reason));
        resolve({ kind: 'refused', answer: answerOf(response) });
      });
      socket.on('error', (error) => {
        end(() => (isTooLong(error) ? resolve({ kind: 'too-large' }) : reject(error)));
      });
      socket.on('close', () => end(() => reject(closedEarly())));
    });
}

function open(
  access: KubeAccess,
  gateway: string,
  url: string,
  { headers, maxBytes }: Parameters<KubeExec>[1],
): WebSocket {
  const { hostname, port } = new URL(url);
  const to = dialled(hostname, port, gateway);
  const name = isIP(hostname) === 0 ? { servername: hostname } : {};
  return new WebSocket(url.replace(/^https:/, 'wss:'), PROTOCOLS, {
    headers,
    followRedirects: false,
    perMessageDeflate: false,
    handshakeTimeout: CONNECT_TIMEOUT_MS,
    // One frame may carry everything; its first byte is the channel.
    maxPayload: maxBytes + 1,
    createConnection: () =>
      connect({
        host: to.host,
        port: Number(to.port),
        ALPNProtocols: ['http/1.1'],
        ...name,
        ...tlsOptions(access),
      }),
  });
}

interface Channels {
  /** `undefined`: there is more to come. */
  take(frame: Buffer): KubeExecAnswer | undefined;
}

function collect(maxBytes: number): Channels {
  const parts = new Map<number, Buffer[]>([
    [STDOUT, []],
    [STDERR, []],
    [OUTCOME, []],
  ]);
  const textOf = (channel: number) => Buffer.concat(parts.get(channel) ?? []).toString('utf8');
  let size = 0;
  return {
    take(frame) {
      const [channel = 0] = frame;
      const body = frame.subarray(1);
      size += body.byteLength;
      if (size > maxBytes) return { kind: 'too-large' };
      parts.get(channel)?.push(body);
      // The outcome comes last and in one frame; empty frames only announce a channel.
      if (channel !== OUTCOME || body.byteLength === 0) return undefined;
      return { kind: 'ran', stdout: textOf(STDOUT), stderr: textOf(STDERR), outcome: textOf(OUTCOME) };
    },
  };
}

function answerOf(response: IncomingMessage): KubeTransportAnswer {
  return {
    status: response.statusCode ?? 0,
    headers: {
      get(name) {
        const value = response.headers[name.toLowerCase()];
        return value === undefined ? null : String(value);
      },
    },
    body: response,
  };
}

/** https://github.com/websockets/ws/blob/master/doc/ws.md#error-codes */
function isTooLong(error: Error): boolean {
  return 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}

function closedEarly(): Error {
  return Object.assign(new Error('the connection ended before the program'), { code: 'ECONNRESET' });
}

/**
 * The exec subresource over WebSockets, as API servers speak it: one byte before each frame names its channel.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ExecOutcome } from './exec.ts';
import { writeRefusal } from './http-exchange.ts';
import { badRequest } from './status-error.ts';

/** The newest that the client offers is taken. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const STDOUT = 1;
const STDERR = 2;
const OUTCOME = 3;
const NORMAL_CLOSURE = 1000;
/** Frames of API servers are buffers of this size. */
const FRAME_BYTES = 32 * 1024;

export interface ExecSockets {
  answer(outcome: ExecOutcome, request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export function execSockets(): ExecSockets {
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  return {
    answer(outcome, request, socket, head) {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
      const isSpoken = PROTOCOLS.some((protocol) => offered.includes(protocol));
      if (outcome.kind === 'refused') writeRefusal(socket, outcome.answer);
      else if (!isSpoken) writeRefusal(socket, { status: 400, body: NOT_SPOKEN });
      else server.handleUpgrade(request, socket, head, (upgraded) => tell(upgraded, outcome));
    },
  };
}

const NOT_SPOKEN = badRequest('unable to upgrade: no protocol of the client is known').toBody();

function tell(socket: WebSocket, { stdout, stderr, outcome }: Extract<ExecOutcome, { kind: 'ran' }>): void {
  // Empty frames announce the streams.
  for (const channel of [STDOUT, STDERR]) socket.send(Buffer.from([channel]));
  send(socket, STDOUT, stdout);
  send(socket, STDERR, stderr);
  send(socket, OUTCOME, outcome);
  socket.close(NORMAL_CLOSURE);
}

function send(socket: WebSocket, channel: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
    socket.send(Buffer.concat([Buffer.from([channel]), bytes.subarray(at, at + FRAME_BYTES)]));
  }
}

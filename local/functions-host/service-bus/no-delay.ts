/**
 * Turns Nagle's algorithm off for every client socket of the process. The Service Bus client has no option for it, and
 * with it each change of session costs about 40 ms (Nagle against delayed acknowledgements).
 */
import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

let installed = false;

export function sendWithoutDelay(): void {
  if (installed) return;
  installed = true;
  subscribe('net.client.socket', (message) => {
    if (hasSocket(message)) message.socket.setNoDelay(true);
  });
}

function hasSocket(message: unknown): message is { readonly socket: Socket } {
  return (
    typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket
  );
}

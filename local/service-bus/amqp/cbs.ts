/**
 * `$cbs`, where clients hand in their token before anything else. Every token is good: the broker listens on loopback
 * and is not a place to keep secrets. Anything but put-token is refused, which the client reports as UnauthorizedAccess.
 */
import type { Client } from './client.ts';
import { accepted } from './errors.ts';
import { type MessageContext, type ReceiverLink, types } from './rhea.ts';

export const CBS = '$cbs';

export function serveCbs(link: ReceiverLink, client: Client): void {
  link.on('message', ({ message, delivery }: MessageContext) => {
    delivery.update(true, accepted());
    if (Buffer.isBuffer(message)) return;
    const isToken = message.application_properties?.operation === 'put-token';
    client.reply(message, {
      'status-code': types.wrap_int(isToken ? 202 : 401),
      'status-description': isToken ? 'Accepted' : 'Unauthorized',
    });
  });
}

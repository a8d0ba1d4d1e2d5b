/**
 * Which URLs a webhook may have. Judged when the settings are written and again before each attempt, by the parser that
 * the request is sent with: what `0x7f.1` or `127。0。0。1` means is decided once. What the name resolves to is checked where
 * the connection is opened (transport.ts), because it may be another address by then.
 */
import { isIP } from 'node:net';
import { isPublicAddress } from './addresses.ts';

/** `any` is for local mode, where everything is on the loopback interface and speaks HTTP. */
export const WEBHOOK_TARGETS = ['public', 'any'] as const;
export type WebhookTargets = (typeof WEBHOOK_TARGETS)[number];

/** Names that never lead out: RFC 6761, 6762, 8375, and what ICANN keeps free for private use. */
const PRIVATE_NAMES = /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/;

/** Why it must not be called, in words for whoever wrote it; `undefined`: it may. */
export function forbiddenTarget(text: string, targets: WebhookTargets): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'This is no URL.';
  if (url.username !== '' || url.password !== '') {
    return 'A webhook URL has no user name and no password; the signature tells the receiver who sends.';
  }
  if (targets === 'any') {
    return /^https?:$/.test(url.protocol) ? undefined : 'A webhook URL begins with https:// or http://.';
  }
  if (url.protocol !== 'https:') return 'A webhook URL begins with https://.';
  if (url.port !== '') return 'Webhooks are sent to port 443 only.';
  return forbiddenHost(url.hostname);
}

function forbiddenHost(hostname: string): string | undefined {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isPublic = isIP(host) === 0 ? isPublicName(host) : isPublicAddress(host);
  return isPublic ? undefined : 'Webhooks are sent to hosts on the public internet only.';
}

/** A name without a dot would be looked for in the domain that we run in. */
function isPublicName(name: string): boolean {
  return name.includes('.') && !PRIVATE_NAMES.test(name);
}

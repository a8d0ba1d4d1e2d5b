/** A webhook as people send it, and as it is stored: everything but its secret, of which the directory keeps the name. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DNS_LABEL } from '../api/rules/names.ts';
import { coded } from '../api/schema-findings.ts';
import { LIFECYCLE_KINDS, type LifecycleKind } from '../domain/lifecycle.ts';
import { isStrongSecret } from './secret.ts';

/** Our choices: docs/limits.md. */
export const MAX_HOOKS = 20;
const MAX_URL = 2_000;
const MAX_SECRET = 256;

const WEAK = 'At least 24 characters, or whsec_ and 24 to 64 bytes in base64; leave it out to have one made.';
const ignored = z.unknown().optional();

export const WEBHOOK_INPUT = z.strictObject({
  name: z
    .string()
    .regex(DNS_LABEL, coded('NAME_INVALID', 'A name is a DNS label: lower-case letters, digits and hyphens.'))
    .exactOptional()
    .meta({ description: 'Unique in the project; made when absent', example: 'alarms' }),
  url: z.url().max(MAX_URL).meta({ example: 'https://hooks.example.com/slipway' }),
  secret: z
    .string()
    .max(MAX_SECRET)
    .refine(isStrongSecret, coded('WEBHOOK_SECRET_WEAK', WEAK))
    .exactOptional()
    .meta({ description: 'Write-only. Absent: the one that the hook has, or a new one that is shown once' }),
  events: z
    .array(z.enum(LIFECYCLE_KINDS))
    .min(1)
    .exactOptional()
    .meta({ description: 'What to send; absent: everything', example: ['slipway.operation.stalled'] }),
  hasSecret: ignored,
  status: ignored,
});

export type WebhookInput = z.output<typeof WEBHOOK_INPUT>;

export interface Webhook {
  /** Another one as soon as the URL is: what was meant for one receiver never reaches another. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Absent: everything. */
  readonly events?: readonly LifecycleKind[];
  readonly secretName: string;
}

/** Project names may hold what Key Vault refuses, so they are hashed; `rotation` makes the name fresh. */
export function secretNameOf(project: string, hook: string, rotation: string): string {
  const hash = createHash('sha256').update(`${project}\0${hook}`).digest('hex').slice(0, 32);
  return `webhook-${hash}-${rotation}`;
}

/** Kinds of a newer version than this one are sent to those who want everything. */
export function wants({ events }: Webhook, type: string): boolean {
  return events === undefined || events.some((kind) => kind === type);
}

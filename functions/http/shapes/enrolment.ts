/** What an agent sends to get its first credential, or the next one. */
import { z } from 'zod';
import { INSTANT, shown } from '../../../lib/api/schemas/shown.ts';
import type { EnrollRequest, RenewRequest } from '../../../lib/domain/agent.ts';

const cluster = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'The uid of a cluster.')
  .meta({ example: '8f2d5c1e-6b0a-4c58-9d0f-2f4f0f3f9a11' });

const FIRST: z.ZodType<EnrollRequest> = z.strictObject({
  cluster,
  bootstrapToken: z.string().max(256).meta({ description: 'Of the Secret slipway-agent-bootstrap' }),
  // 128 bits as base64url.
  nonce: z
    .string()
    .min(22)
    .max(256)
    .meta({ description: 'Random, at least 128 bits, the same in every try' }),
  agentVersion: z.string().min(1).max(64).meta({ example: '0.1.0' }),
});

const NEXT: z.ZodType<RenewRequest> = z.strictObject({
  cluster,
  renew: z.literal(true).meta({ description: 'With a credential that still holds' }),
});

export const ENROLL_REQUEST = z.union([FIRST, NEXT]).meta({ id: 'EnrollRequest' });

export const ENROLL_ANSWER = z
  .object({
    credential: shown('sla1.8f2d5c1e-6b0a-4c58-9d0f-2f4f0f3f9a11.2.1.1795372500000.pZ1x').meta({
      description: 'Bearer token of all other routes for agents',
    }),
    expiresAt: INSTANT,
    renewAt: INSTANT.meta({ description: 'From then on there is a next one' }),
  })
  .meta({ id: 'EnrollAnswer' });

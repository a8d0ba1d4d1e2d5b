/** What other systems send to queue `requests`: a command in an envelope. The body is judged by the command itself. */
import { z } from 'zod';

const name = z.string().regex(/^[\w.-]{1,63}$/);

const envelope = {
  project: name,
  cluster: name,
  body: z.unknown().optional(),
  /** A queue of the setting SLIPWAY_REPLY_QUEUES; another one gets nothing. */
  replyTo: z.string().max(260).optional(),
  correlationId: z
    .string()
    .regex(/^[\w.:-]{1,128}$/)
    .optional(),
};

export const REQUEST_MESSAGE = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('cluster.create'), ...envelope }),
  z.strictObject({ type: z.literal('cluster.patch'), ...envelope }),
  z.strictObject({ type: z.literal('cluster.delete'), ...envelope }),
  z.strictObject({ type: z.literal('cluster.reconcile'), ...envelope }),
  z.strictObject({ type: z.literal('pool.create'), ...envelope }),
  z.strictObject({ type: z.literal('pool.patch'), ...envelope, pool: name }),
  z.strictObject({ type: z.literal('pool.delete'), ...envelope, pool: name }),
]);

export type RequestMessage = z.output<typeof REQUEST_MESSAGE>;

/** What was thrown, in words for people. */
import { z } from 'zod';

/** Causes of causes that are said. */
const DEPTH = 3;

const Thrown = z.object({
  message: z.string().catch(''),
  /** Where several addresses were tried the message is empty. */
  code: z.string().optional().catch(undefined),
  cause: z.unknown().optional(),
});

/** With its causes, because of every request that got no answer fetch itself says no more than `fetch failed`. */
export function messageOf(thrown: unknown, depth = DEPTH): string {
  const parsed = Thrown.safeParse(thrown);
  if (!parsed.success) return String(thrown);
  const { message, code = 'Error', cause } = parsed.data;
  const said = message || code;
  return cause === undefined || depth === 0 ? said : `${said}: ${messageOf(cause, depth - 1)}`;
}

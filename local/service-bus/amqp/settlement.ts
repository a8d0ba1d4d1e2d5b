/** What a receiver's disposition asks for, in the engine's words. */
import { z } from 'zod';
import type { Properties, PropertyValue, Settlement } from '../engine/message.ts';
import { parse, textOr } from './values.ts';

/** Dates are stored as milliseconds, which is also what the JavaScript client writes for them in a message. */
const property = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.custom<Date>((value) => value instanceof Date).transform((date) => date.getTime()),
  z.unknown().transform((value) => String(value)),
]);

export const properties = z
  .record(z.string(), property)
  .nullish()
  .transform((value): Readonly<Record<string, PropertyValue>> => value ?? {});

/** The fields are getters on rhea's outcome objects, so they are named one by one. */
const modified = z.object({ undeliverable_here: z.boolean().nullish(), message_annotations: properties });
const rejected = z.object({ error: z.object({ info: properties }).nullish() });

/** `modified` with undeliverable-here is a deferral, without it an abandonment. */
export function fromModified(state: unknown): Settlement {
  const { undeliverable_here: isDeferred, message_annotations: changes } = parse(modified, state);
  return { kind: isDeferred ? 'defer' : 'abandon', properties: changes };
}

/** `rejected` is a dead-lettering; its info holds the reason, the description and any other property to set. */
export function fromRejected(state: unknown): Settlement {
  return deadLetter(parse(rejected, state).error?.info ?? {});
}

export function deadLetter({
  DeadLetterReason,
  DeadLetterErrorDescription,
  ...others
}: Properties): Settlement {
  const reason = textOr(DeadLetterReason, undefined);
  const description = textOr(DeadLetterErrorDescription, undefined);
  return {
    kind: 'deadLetter',
    properties: others,
    ...(reason !== undefined && { reason }),
    ...(description !== undefined && { description }),
  };
}

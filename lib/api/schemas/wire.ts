/**
 * A field whose value a rule judges: the schema lets everything through and only documents it, so that the field's own
 * code (POOL_SIZE_INVALID) is answered and not a general one about types.
 */
import { z } from 'zod';

export interface WireDescription {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly description: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: Readonly<Record<string, unknown>>;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Readonly<Record<string, unknown>>[];
  readonly format?: string;
  readonly default?: unknown;
}

export function wire(described: WireDescription): z.ZodOptional<z.ZodUnknown> {
  return z
    .unknown()
    .meta({ ...described })
    .optional();
}

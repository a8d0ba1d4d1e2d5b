/** Values as rhea hands them over, parsed. AMQP longs come as numbers when they fit and as 8 bytes when not. */
import { z } from 'zod';
import { BrokerError } from '../engine/errors.ts';
import { types } from './rhea.ts';

/** 0001-01-01 to 1970-01-01 in .NET ticks of 100 ns. */
const TICKS_AT_EPOCH = 621_355_968_000_000_000n;

export const binary = z.custom<Buffer>(Buffer.isBuffer);

export const long = z.union([z.number(), binary.transform((bytes) => Number(bytes.readBigInt64BE()))]);

export const text = z.string();

/** AMQP arrays of one element may come as the element itself. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item));
}

/** A field that is missing, null or of another type counts as absent. */
export function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}

export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new BrokerError('amqp:decode-error', `The request cannot be read: ${z.prettifyError(result.error)}`);
}

export function ticks(epochMs: number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(Math.round(epochMs)) * 10_000n + TICKS_AT_EPOCH);
  return types.wrap_long(bytes);
}

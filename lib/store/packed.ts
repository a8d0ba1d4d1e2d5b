/**
 * Large values of much repetition as a short text: what a document costs to read and write goes by its size. A packed
 * value cannot be queried by its parts.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

declare const packedAs: unique symbol;

/** DEFLATE (RFC 1951) of JSON, as base64. */
export type Packed<T> = string & { readonly [packedAs]?: T };

export function pack<T>(value: T): Packed<T> {
  return deflateRawSync(JSON.stringify(value)).toString('base64');
}

/** Of what `pack` gave and nobody else wrote. */
export function unpack<T>(packed: Packed<T>): T {
  return JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString());
}

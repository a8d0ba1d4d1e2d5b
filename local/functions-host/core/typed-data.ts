/** Values between host and functions: how outputs of a function are read, how trigger metadata is written. */
import type { TypedData } from './contract.ts';

/** The value of an output, text parsed as JSON only where the library said that it is JSON. */
export function fromTypedData(data: TypedData | null | undefined): unknown {
  if (data == null) return undefined;
  if (data.json !== undefined) return JSON.parse(data.json);
  return data.string ?? data.bytes ?? data.int ?? data.double;
}

/** Text stays text; everything else travels as JSON, as the .NET host sends it. */
export function toTypedData(value: unknown): TypedData {
  return typeof value === 'string' ? { string: value } : { json: JSON.stringify(value) };
}

/** Bytes that are UTF-8 travel as a string, which the library then tries as JSON; anything else stays bytes. */
export function bytesToTypedData(bytes: Uint8Array): TypedData {
  try {
    return { string: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bytes };
  }
}

/** JSON merge patch (RFC 7396) and its inverse: the patch that leads from one object to another. */
import type { Json, JsonObject } from '../../lib/domain/cluster.ts';
import { isJsonObject } from './object.ts';

/** Lists are replaced whole; `null` removes. Strategic merge of lists by key is not done here. */
export function mergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = isJsonObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[field];
    else result[field] = isJsonObject(value) ? mergePatch(result[field], value) : value;
  }
  return result;
}

/** `mergePatch(from, mergeDiff(from, to))` is `to`, as long as `to` holds no `null`. */
export function mergeDiff(from: JsonObject, to: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const field of Object.keys(from)) if (to[field] === undefined) patch[field] = null;
  for (const [field, value] of Object.entries(to)) {
    if (value === undefined || sameJson(from[field], value)) continue;
    const before = from[field];
    patch[field] = isJsonObject(before) && isJsonObject(value) ? mergeDiff(before, value) : value;
  }
  return patch;
}

/** Equal as JSON: the order of fields does not matter, that of list items does. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].every((field) => sameJson(a[field], b[field]));
}

/**
 * Whether an object is still as a pack has it. The API server adds defaults and its own bookkeeping, and others may own
 * other fields, so every field of the pack has to be there as it is, and more is no difference. Packs are written the
 * way the API server gives them back: no field that it drops, no quantity that it writes otherwise. Pure.
 */
export function covers(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    // Items of a list are compared by their place: who adds one, or takes one away, has changed the list.
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((item, index) => covers(live[index], item))
    );
  }
  if (isRecord(wanted)) {
    return isRecord(live) && Object.entries(wanted).every(([key, value]) => covers(live[key], value));
  }
  return live === wanted;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

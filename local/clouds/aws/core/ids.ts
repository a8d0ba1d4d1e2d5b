/** Ids as EC2 makes them: a prefix and 17 hexadecimal digits, drawn from the seed and never given out twice. */
import type { World } from './world.ts';

/** 1, 2, 3... by name; never repeats, also not after a restart. */
export function nextCount(world: World, name: string): number {
  const counters = world.records.table<number>('counters');
  const next = (counters.get(name) ?? 0) + 1;
  counters.put(name, next);
  return next;
}

/** `newId(world, 'vpc')` is `vpc-0a1b2c3d4e5f60718`. */
export const newId = (world: World, prefix: string): string =>
  `${prefix}-${world.chance.hex(`${prefix}/${nextCount(world, prefix)}`, 17)}`;

/** Older resources have eight digits. */
export const isId = (prefix: string, id: string): boolean =>
  id.startsWith(`${prefix}-`) && /^(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id.slice(prefix.length + 1));

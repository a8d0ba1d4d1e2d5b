/** What exists in the simulated AWS, for people and for tests that look for leaks. Without what was seeded. */
import type { Part } from './core/operation.ts';
import type { InventoryItem } from './core/target.ts';
import type { World } from './core/world.ts';

export const inventory = (world: World, parts: readonly Part[]): readonly InventoryItem[] => [
  ...world.targets.flatMap((target) => target.inventory(world)),
  ...parts.flatMap((part) => part.inventory?.(world) ?? []),
];

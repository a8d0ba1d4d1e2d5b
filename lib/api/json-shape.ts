/**
 * How deep a parsed JSON value is nested, and whether it holds a key that reaches an object's prototype when merged
 * (CWE-1321). Iterative, because depth is what an attacker chooses.
 */

export interface JsonShape {
  /** 0 for a scalar, 1 for `{}`. */
  readonly depth: number;
  readonly hasForbiddenKey: boolean;
}

export function jsonShape(value: unknown): JsonShape {
  let level: object[] = isContainer(value) ? [value] : [];
  let depth = 0;
  let hasForbiddenKey = false;
  while (level.length > 0) {
    depth += 1;
    hasForbiddenKey ||= level.some((container) => Object.hasOwn(container, '__proto__'));
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return { depth, hasForbiddenKey };
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

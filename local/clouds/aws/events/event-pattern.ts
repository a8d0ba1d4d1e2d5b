/** Event patterns of EventBridge: docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const Matcher = z.union([
  scalar,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ 'equals-ignore-case': z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ 'anything-but': z.union([scalar, z.array(scalar)]) }),
]);

export interface EventPattern {
  readonly [field: string]: readonly z.output<typeof Matcher>[] | EventPattern;
}

const Pattern: z.ZodType<EventPattern> = z.lazy(() =>
  z.record(z.string(), z.union([z.array(Matcher).min(1), Pattern])),
);

/** Undefined: EventBridge would not take it. */
export function parsePattern(text: string): EventPattern | undefined {
  try {
    const parsed = Pattern.safeParse(JSON.parse(text));
    return parsed.success && Object.keys(parsed.data).length > 0 ? parsed.data : undefined;
  } catch {
    // Not JSON: refused like every other text that is no pattern.
    return undefined;
  }
}

/** Every field of the pattern has to fit; fields that it does not name do not matter. */
export function fitsPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const actual = fieldOf(event, field);
    if (!isMatchers(wanted)) return fitsPattern(wanted, actual);
    const values: readonly unknown[] = Array.isArray(actual) ? actual : [actual];
    return values.some((value) => wanted.some((matcher) => fits(matcher, value)));
  });
}

const isMatchers = (
  wanted: readonly z.output<typeof Matcher>[] | EventPattern,
): wanted is readonly z.output<typeof Matcher>[] => Array.isArray(wanted);

function fits(matcher: z.output<typeof Matcher>, value: unknown): boolean {
  if (typeof matcher !== 'object' || matcher === null) return value === matcher;
  if ('exists' in matcher) return (value !== undefined) === matcher.exists;
  if ('anything-but' in matcher) {
    const others = matcher['anything-but'];
    return value !== undefined && !(Array.isArray(others) ? others : [others]).some((each) => each === value);
  }
  if (typeof value !== 'string') return false;
  if ('prefix' in matcher) return value.startsWith(matcher.prefix);
  if ('suffix' in matcher) return value.endsWith(matcher.suffix);
  return value.toLowerCase() === matcher['equals-ignore-case'].toLowerCase();
}

function fieldOf(event: unknown, field: string): unknown {
  if (typeof event !== 'object' || event === null) return undefined;
  return Object.entries(event).find(([name]) => name === field)?.[1];
}

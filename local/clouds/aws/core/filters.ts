/** Filters of describe operations: all of them must fit, each with one of its values, in which `*` and `?` are wild. */
import { fitsWildcard } from '../identity/conditions.ts';
import { AwsFault } from './fault.ts';
import type { Tags } from './tags.ts';

export interface Filter {
  readonly Name: string;
  readonly Value: readonly string[];
}

type FilterValue = string | boolean | number | undefined | readonly string[];

/** What a filter of that name compares. */
export type FilterTable<T> = Readonly<Record<string, (value: T) => FilterValue>>;

const MAX_VALUES = 200;

/** Throws for a filter that the operation does not have. `tagsOf` makes `tag:<key>` and `tag-key` work. */
export function applyFilters<T>(
  values: readonly T[],
  filters: readonly Filter[],
  table: FilterTable<T>,
  tagsOf: (value: T) => Tags,
): readonly T[] {
  const tests = filters.map((filter) => testOf(filter, table, tagsOf));
  return values.filter((value) => tests.every((test) => test(value)));
}

function testOf<T>(
  { Name, Value }: Filter,
  table: FilterTable<T>,
  tagsOf: (value: T) => Tags,
): (value: T) => boolean {
  if (Value.length > MAX_VALUES)
    throw new AwsFault(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${MAX_VALUES}`,
    );
  const read = readerOf(Name, table, tagsOf);
  return (value) =>
    textsOf(read(value)).some((actual) => Value.some((wanted) => fitsWildcard(actual, wanted)));
}

function readerOf<T>(
  name: string,
  table: FilterTable<T>,
  tagsOf: (value: T) => Tags,
): (value: T) => FilterValue {
  if (name.startsWith('tag:')) return (value) => tagsOf(value)[name.slice('tag:'.length)];
  if (name === 'tag-key') return (value) => Object.keys(tagsOf(value));
  const read = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!read) throw new AwsFault('InvalidParameterValue', `The filter '${name}' is invalid`);
  return read;
}

function textsOf(value: FilterValue): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  return typeof value === 'object' ? value : [String(value)];
}

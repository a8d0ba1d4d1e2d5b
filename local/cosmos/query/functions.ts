/**
 * The built-in functions of the query language that are worth having here. A function that is given the wrong types
 * answers `undefined`, as Cosmos DB does; it never throws.
 */
import type { Json } from '../../../lib/domain/cluster.ts';
import { equal, isList, isRecord, property, type Value } from './values.ts';

type BuiltIn = (...given: readonly Value[]) => Value;

const onText =
  (f: (text: string) => Value): BuiltIn =>
  (text) =>
    typeof text === 'string' ? f(text) : undefined;

const onNumbers =
  (f: (...numbers: readonly number[]) => number): BuiltIn =>
  (...given) => {
    const numbers = given.filter((value) => typeof value === 'number');
    return numbers.length === given.length ? f(...numbers) : undefined;
  };

/** Two texts, and perhaps `true` for «whatever the case». */
const onTexts =
  (f: (text: string, other: string) => Value): BuiltIn =>
  (text, other, ignoreCase) => {
    if (typeof text !== 'string' || typeof other !== 'string') return undefined;
    return ignoreCase === true ? f(text.toLowerCase(), other.toLowerCase()) : f(text, other);
  };

const onTextAndCount =
  (f: (text: string, count: number) => Value): BuiltIn =>
  (text, count) =>
    typeof text === 'string' && typeof count === 'number' ? f(text, count) : undefined;

const TYPES = {
  IS_DEFINED: (value) => value !== undefined,
  IS_NULL: (value) => value === null,
  IS_NUMBER: (value) => typeof value === 'number',
  IS_INTEGER: (value) => Number.isInteger(value),
  IS_STRING: (value) => typeof value === 'string',
  IS_BOOL: (value) => typeof value === 'boolean',
  IS_ARRAY: (value) => isList(value),
  IS_OBJECT: (value) => isRecord(value),
  IS_PRIMITIVE: (value) => value !== undefined && !isList(value) && !isRecord(value),
} satisfies Record<string, BuiltIn>;

const TEXTS = {
  STARTSWITH: onTexts((text, other) => text.startsWith(other)),
  ENDSWITH: onTexts((text, other) => text.endsWith(other)),
  CONTAINS: onTexts((text, other) => text.includes(other)),
  STRINGEQUALS: onTexts((text, other) => text === other),
  INDEX_OF: onTexts((text, other) => text.indexOf(other)),
  UPPER: onText((text) => text.toUpperCase()),
  LOWER: onText((text) => text.toLowerCase()),
  TRIM: onText((text) => text.trim()),
  LENGTH: onText((text) => text.length),
  REVERSE: onText((text) => [...text].reverse().join('')),
  LEFT: onTextAndCount((text, count) => text.slice(0, count)),
  RIGHT: onTextAndCount((text, count) => (count > 0 ? text.slice(-count) : '')),
  SUBSTRING: (text, start, length) =>
    typeof text === 'string' && typeof start === 'number' && typeof length === 'number'
      ? text.slice(start, start + length)
      : undefined,
  REPLACE: (text, from, to) =>
    typeof text === 'string' && typeof from === 'string' && typeof to === 'string'
      ? text.replaceAll(from, to)
      : undefined,
  CONCAT: (...given) => (given.every((value) => typeof value === 'string') ? given.join('') : undefined),
  TOSTRING: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  STRINGTONUMBER: onText((text) => {
    const number = Number(text);
    return text.trim() === '' || Number.isNaN(number) ? undefined : number;
  }),
} satisfies Record<string, BuiltIn>;

const NUMBERS = {
  ABS: onNumbers((value = 0) => Math.abs(value)),
  FLOOR: onNumbers((value = 0) => Math.floor(value)),
  CEILING: onNumbers((value = 0) => Math.ceil(value)),
  ROUND: onNumbers((value = 0) => Math.round(value)),
  SQRT: onNumbers((value = 0) => Math.sqrt(value)),
  POWER: onNumbers((value = 0, exponent = 0) => value ** exponent),
} satisfies Record<string, BuiltIn>;

const LISTS = {
  ARRAY_CONTAINS: (list, wanted, partly) =>
    isList(list) ? list.some((item) => matches(item, wanted, partly === true)) : undefined,
  ARRAY_LENGTH: (list) => (isList(list) ? list.length : undefined),
  ARRAY_SLICE: (list, start, length) => {
    if (!isList(list) || typeof start !== 'number') return undefined;
    const from = start < 0 ? Math.max(list.length + start, 0) : start;
    return list.slice(from, typeof length === 'number' ? from + length : undefined);
  },
  ARRAY_CONCAT: (...given) => {
    const lists = given.filter(isList);
    return lists.length === given.length ? lists.flat(1) : undefined;
  },
  IIF: (test, then, otherwise) => (test === true ? then : otherwise),
} satisfies Record<string, BuiltIn>;

const FUNCTIONS = new Map<string, BuiltIn>(Object.entries({ ...TYPES, ...TEXTS, ...NUMBERS, ...LISTS }));

/** `name` in upper case. */
export function isKnownFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}

export function call(name: string, given: readonly Value[]): Value {
  return FUNCTIONS.get(name)?.(...given);
}

function matches(item: Json, wanted: Value, partly: boolean): boolean {
  if (!partly || !isRecord(wanted)) return equal(item, wanted) === true;
  return Object.keys(wanted).every((name) => equal(property(item, name), wanted[name]) === true);
}

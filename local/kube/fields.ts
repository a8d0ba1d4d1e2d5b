/**
 * Sets of fields, as server-side apply counts ownership. A field is its path of names; lists are owned whole, which is
 * coarser than real API servers are. Written as FieldsV1: `{"f:spec": {"f:replicas": {}}}`.
 */
import type { Json, JsonObject } from '../../lib/domain/cluster.ts';
import { isJsonObject } from './object.ts';

export type FieldPath = readonly string[];

/** What the server gives, or what names the object: nobody owns it. */
const UNOWNED = new Set(['apiVersion', 'kind', 'status']);
const UNOWNED_METADATA = new Set([
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
]);

/** The leaves of an object, or of a patch over one. */
export function fieldsOf(object: JsonObject): readonly FieldPath[] {
  return leaves(object).filter(
    ([top = '', second = '']) => !UNOWNED.has(top) && !(top === 'metadata' && UNOWNED_METADATA.has(second)),
  );
}

function leaves(value: Json | undefined): readonly FieldPath[] {
  if (!isJsonObject(value)) return [[]];
  // An empty map holds nothing that two could disagree about: maps merge.
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .flatMap(([name, inner]) => leaves(inner).map((path) => [name, ...path]));
}

export const sameField = (a: FieldPath, b: FieldPath): boolean => a.length === b.length && startsWith(a, b);

const startsWith = (path: FieldPath, prefix: FieldPath): boolean =>
  prefix.every((name, index) => path[index] === name);

/** One lies within the other, so they cannot have two owners of different minds. */
export const overlaps = (a: FieldPath, b: FieldPath): boolean => startsWith(a, b) || startsWith(b, a);

export function valueAt(object: JsonObject, path: FieldPath): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
  return value;
}

export function without(object: JsonObject, [name, ...rest]: FieldPath): JsonObject {
  if (name === undefined || !(name in object)) return object;
  const inner = object[name];
  const { [name]: _removed, ...others } = object;
  if (rest.length === 0) return others;
  return isJsonObject(inner) ? { ...object, [name]: without(inner, rest) } : object;
}

type FieldsV1 = Readonly<Record<string, Json>>;

export function toFieldsV1(paths: readonly FieldPath[]): FieldsV1 {
  const tree: Record<string, Json> = {};
  for (const name of new Set(paths.flatMap(([first]) => (first === undefined ? [] : [first])))) {
    const below = paths.filter(([first]) => first === name).map((path) => path.slice(1));
    tree[`f:${name}`] = { ...toFieldsV1(below.filter((path) => path.length > 0)) };
  }
  return tree;
}

export function fromFieldsV1(tree: Json | undefined): readonly FieldPath[] {
  if (!isJsonObject(tree) || Object.keys(tree).length === 0) return [[]];
  return Object.entries(tree).flatMap(([name, inner]) => {
    const field = name.replace(/^f:/, '');
    return fromFieldsV1(inner).map((path) => [field, ...path]);
  });
}

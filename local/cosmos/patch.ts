/** Applies the operations of a patch to a document: add, set, replace, remove, incr, move. Paths are JSON pointers. */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { DOCUMENT } from './definitions.ts';
import { badRequest, type CosmosError } from './errors.ts';

const POINTER = z.string().startsWith('/');

const OPERATION = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['add', 'set', 'replace']), path: POINTER, value: z.json() }),
  z.object({ op: z.literal('remove'), path: POINTER }),
  z.object({ op: z.literal('incr'), path: POINTER, value: z.number() }),
  z.object({ op: z.literal('move'), path: POINTER, from: POINTER }),
]);

const OPERATIONS = z.array(OPERATION).min(1).max(10);

export const PATCH = z.union([
  z.object({ operations: OPERATIONS, condition: z.string().optional() }),
  OPERATIONS.transform((operations) => ({ operations, condition: undefined })),
]);

export type Patch = z.infer<typeof PATCH>;
type Operation = z.infer<typeof OPERATION>;
type MutableJson = z.infer<ReturnType<typeof z.json>>;
type Parent = MutableJson[] | { [name: string]: MutableJson };

export function patched(document: JsonObject, operations: readonly Operation[]): JsonObject {
  const copy = DOCUMENT.parse(structuredClone(document));
  for (const operation of operations) apply(copy, operation);
  return copy;
}

function apply(document: Parent, operation: Operation): void {
  const { parent, name } = leafOf(document, operation.path, operation.op);
  switch (operation.op) {
    case 'add':
      if (Array.isArray(parent)) insert(parent, name, operation.value);
      else put(parent, name, operation.value);
      break;
    case 'set':
      put(parent, name, operation.value);
      break;
    case 'replace':
      mustExist(parent, name, operation.op);
      put(parent, name, operation.value);
      break;
    case 'remove':
      remove(parent, name, operation.op);
      break;
    case 'incr':
      put(parent, name, increment(get(parent, name), operation.value));
      break;
    case 'move':
      put(parent, name, taken(leafOf(document, operation.from, operation.op)));
      break;
  }
}

interface Leaf {
  readonly parent: Parent;
  readonly name: string;
}

function leafOf(document: Parent, path: string, op: string): Leaf {
  const names = path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = names.pop() ?? '';
  let parent: Parent = document;
  for (const step of names) {
    const next = get(parent, step);
    if (typeof next !== 'object' || next === null) throw refusal(op, 'the path does not exist');
    parent = next;
  }
  const misfit = Array.isArray(parent) && !/^(\d+|-)$/.test(name);
  if (misfit) throw refusal(op, `${name} is not an index of an array`);
  return { parent, name };
}

function taken({ parent, name }: Leaf): MutableJson {
  const value = mustExist(parent, name, 'move');
  remove(parent, name, 'move');
  return value;
}

function get(parent: Parent, name: string): MutableJson | undefined {
  if (Array.isArray(parent)) return parent[Number(name)];
  return Object.hasOwn(parent, name) ? parent[name] : undefined;
}

function mustExist(parent: Parent, name: string, op: string): MutableJson {
  const value = get(parent, name);
  if (value === undefined) throw refusal(op, 'the path does not exist');
  return value;
}

function put(parent: Parent, name: string, value: MutableJson): void {
  if (!Array.isArray(parent)) parent[name] = value;
  else if (name === '-' || Number(name) >= parent.length) parent.push(value);
  else parent[Number(name)] = value;
}

function insert(parent: MutableJson[], name: string, value: MutableJson): void {
  parent.splice(name === '-' ? parent.length : Number(name), 0, value);
}

function remove(parent: Parent, name: string, op: string): void {
  mustExist(parent, name, op);
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
}

function increment(value: MutableJson | undefined, by: number): number {
  if (value !== undefined && typeof value !== 'number') throw refusal('incr', 'the value is not a number');
  return (value ?? 0) + by;
}

function refusal(op: string, why: string): CosmosError {
  return badRequest(`For Operation(${op}): ${why}.`);
}

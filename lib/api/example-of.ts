/**
 * An example of what a schema describes, for the OpenAPI document: made from the schema itself, so that it cannot drift
 * from it. Fields whose values mean something carry an example of their own in `meta`; the rest follows from types.
 */
import { z } from 'zod';

type Node = Readonly<Record<string, unknown>>;

/** Optional fields are left out unless they have an example. */
export function exampleOf(schema: z.ZodType): unknown {
  const root: unknown = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return isNode(root) ? valueFor(root, root) : null;
}

function valueFor(node: Node, root: Node): unknown {
  if (typeof node.$ref === 'string') return valueFor(resolve(node.$ref, root), root);
  if (node.example !== undefined) return node.example;
  if (node.const !== undefined) return node.const;
  if (node.default !== undefined) return node.default;
  const [first] = listOf(node.enum);
  if (first !== undefined) return first;
  const [branch] = [...listOf(node.anyOf), ...listOf(node.oneOf), ...listOf(node.allOf)];
  if (isNode(branch)) return valueFor(branch, root);
  return typicalFor(node, root);
}

function typicalFor(node: Node, root: Node): unknown {
  switch (node.type) {
    case 'object':
      return objectFor(node, root);
    case 'array':
      return [...listOf(node.prefixItems), ...listOf([node.items])]
        .filter(isNode)
        .map((item) => valueFor(item, root));
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'string':
      return 'text';
    default:
      return null;
  }
}

function objectFor(node: Node, root: Node): Node {
  const required = listOf(node.required);
  const properties = isNode(node.properties) ? Object.entries(node.properties) : [];
  const shown = properties.flatMap(([key, inner]) =>
    isNode(inner) && (required.includes(key) || hasExample(inner, root))
      ? [[key, valueFor(inner, root)]]
      : [],
  );
  return Object.fromEntries(shown);
}

function hasExample(node: Node, root: Node): boolean {
  const at = typeof node.$ref === 'string' ? resolve(node.$ref, root) : node;
  return at.example !== undefined;
}

/** `#/$defs/Pool`, or `#` for the root of a schema that holds itself. */
function resolve(reference: string, root: Node): Node {
  const target = reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (isNode(at) ? at[key] : undefined), root);
  return isNode(target) ? target : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

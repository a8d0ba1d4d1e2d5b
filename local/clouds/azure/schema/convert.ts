/**
 * Turns Azure's published type definitions (bicep-types-az, MIT: ../types/LICENSE) into JSON Schema. Only what the
 * wanted type reaches is converted. Read-only members are accepted in any shape, because clients echo what they read;
 * everything unknown is refused, as the service does.
 */
import { z } from 'zod';

const ref = z.object({ $ref: z.string() });
const typeEntry = z.looseObject({
  $type: z.string(),
  name: z.string().optional(),
  value: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
  itemType: ref.optional(),
  elements: z.union([z.array(ref), z.record(z.string(), ref)]).optional(),
  body: ref.optional(),
  properties: z.record(z.string(), z.object({ type: ref, flags: z.number() })).optional(),
  additionalProperties: ref.optional(),
});
type TypeEntry = z.infer<typeof typeEntry>;

export type TypeFile = readonly TypeEntry[];
export type JsonSchema = Readonly<Record<string, unknown>>;

export const parseTypeFile = (text: string): TypeFile => z.array(typeEntry).parse(JSON.parse(text));

const REQUIRED = 1;
const READ_ONLY = 2;
/** Named in the address or fixed by the type: the service ignores them in a body. */
const FROM_ADDRESS = new Set(['id', 'name', 'type', 'apiVersion']);

/** Members that the file does not know, by the name of their type: newer than the file, or wrong in it. */
export type Allowances = Readonly<Record<string, Readonly<Record<string, JsonSchema | true>>>>;

/** The schema of the body of a resource type, `Microsoft.Network/virtualNetworks`, in any letter case. */
export function bodySchema(types: TypeFile, resourceType: string, allowances: Allowances): JsonSchema {
  const wanted = `${resourceType.toLowerCase()}@`;
  const resource = types.find((t) => t.$type === 'ResourceType' && t.name?.toLowerCase().startsWith(wanted));
  if (!resource?.body) throw new Error(`The type definitions have no ${resourceType}`);
  const converter = new Converter(types, allowances);
  const root = converter.objectSchema(converter.entry(indexOf(resource.body)), FROM_ADDRESS);
  return { ...root, $defs: converter.definitions() };
}

const indexOf = ({ $ref }: { readonly $ref: string }): number => Number($ref.slice('#/'.length));

class Converter {
  readonly #types: TypeFile;
  readonly #allowances: Allowances;
  readonly #definitions = new Map<number, JsonSchema>();

  constructor(types: TypeFile, allowances: Allowances) {
    this.#types = types;
    this.#allowances = allowances;
  }

  definitions(): Record<string, JsonSchema> {
    return Object.fromEntries(this.#definitions);
  }

  entry(index: number): TypeEntry {
    const found = this.#types[index];
    if (!found) throw new Error(`The type definitions have no entry ${index}`);
    return found;
  }

  objectSchema(type: TypeEntry, ignored: ReadonlySet<string> = new Set()): JsonSchema {
    const members = Object.entries(type.properties ?? {});
    const properties: Record<string, unknown> = {};
    for (const [name, { type: member, flags }] of members)
      properties[name] = ignored.has(name) || flags & READ_ONLY ? true : this.#use(member);
    Object.assign(properties, this.#allowances[type.name ?? '']);
    const required = members
      .filter(([name, { flags }]) => flags & REQUIRED && !(flags & READ_ONLY) && !ignored.has(name))
      .map(([name]) => name);
    const others = type.additionalProperties ? this.#use(type.additionalProperties) : false;
    return { type: 'object', properties, required, additionalProperties: others };
  }

  /** Objects by reference, since they refer to each other in circles; everything else in place. */
  #use(reference: { readonly $ref: string }): JsonSchema {
    const index = indexOf(reference);
    const type = this.entry(index);
    if (type.$type !== 'ObjectType') return this.#inPlace(type);
    if (!this.#definitions.has(index)) {
      this.#definitions.set(index, {});
      this.#definitions.set(index, this.objectSchema(type));
    }
    return { $ref: `#/$defs/${index}` };
  }

  #inPlace(type: TypeEntry): JsonSchema {
    const { $type, pattern, minLength, maxLength, minValue, maxValue, value } = type;
    if ($type === 'StringType') return defined({ type: 'string', pattern, minLength, maxLength });
    if ($type === 'StringLiteralType') return { const: value };
    if ($type === 'IntegerType') return defined({ type: 'integer', minimum: minValue, maximum: maxValue });
    if ($type === 'BooleanType') return { type: 'boolean' };
    if ($type === 'ArrayType' && type.itemType) return { type: 'array', items: this.#use(type.itemType) };
    if ($type === 'UnionType' && Array.isArray(type.elements)) return this.#union(type.elements);
    // AnyType, and the few discriminated objects, none of which a request that we serve contains.
    return {};
  }

  /** With a plain string among its members a union is open: new values may appear without a new api-version. */
  #union(elements: readonly { readonly $ref: string }[]): JsonSchema {
    const members = elements.map((element) => this.entry(indexOf(element)));
    if (members.some(({ $type, pattern }) => $type === 'StringType' && pattern === undefined))
      return { type: 'string' };
    if (members.every(({ $type }) => $type === 'StringLiteralType'))
      return { enum: members.map(({ value }) => value) };
    return { anyOf: elements.map((element) => this.#use(element)) };
  }
}

function defined(schema: Record<string, unknown>): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}

/**
 * Kubernetes objects as the simulated API server holds them: plain JSON, never changed in place. Parsed once when they
 * arrive; identity, versions and times are the server's to give.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json, JsonObject } from '../../lib/domain/cluster.ts';

/** What z.json() says, which tries every kind of value for each: a cluster's objects are read again at every look. */
export const JsonValue: z.ZodType<Json> = z.custom<Json>(isJson);
const Text = z.record(z.string(), z.string());

const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
});
export type OwnerReference = Readonly<z.output<typeof OwnerReference>>;

const ManagedFields = z.object({
  manager: z.string(),
  operation: z.enum(['Apply', 'Update']),
  apiVersion: z.string(),
  time: z.string(),
  fieldsType: z.literal('FieldsV1'),
  fieldsV1: z.record(z.string(), JsonValue),
});
export type ManagedFields = Readonly<z.output<typeof ManagedFields>>;

export interface Metadata extends JsonObject {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
  readonly managedFields?: readonly ManagedFields[] | undefined;
}

export interface ApiObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

const MetadataShape = z
  .object({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    generation: z.number().optional(),
    // API clients send `null` for times that they have not got.
    creationTimestamp: z
      .string()
      .nullish()
      .transform((at) => at ?? undefined),
    deletionTimestamp: z
      .string()
      .nullish()
      .transform((at) => at ?? undefined),
    labels: Text.optional(),
    annotations: Text.optional(),
    finalizers: z.array(z.string()).optional(),
    ownerReferences: z.array(OwnerReference).optional(),
    managedFields: z.array(ManagedFields).optional(),
  })
  .catchall(JsonValue);

export const ApiObject: z.ZodType<ApiObject> = z
  .object({ apiVersion: z.string(), kind: z.string(), metadata: MetadataShape })
  .catchall(JsonValue);

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  return value === null || Object.values(value).every(isJson);
}

/** Where an object lies among its kind: `namespace/name`, or `/name` outside namespaces. */
export const keyOf = ({ metadata }: { readonly metadata: Metadata }): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field as an object; empty when it is none. */
export function child(value: Json | undefined, field: string): JsonObject {
  const inner = isJsonObject(value) ? value[field] : undefined;
  return isJsonObject(inner) ? inner : {};
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A uid that depends on nothing but what it is for, so that a run can be repeated. */
export function uidFor(text: string): string {
  const hex = digest(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** RFC 3339 in whole seconds, as API servers write creation times. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

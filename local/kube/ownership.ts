/**
 * Who owns which field, and server-side apply with its conflicts. One entry per manager and operation, as API servers
 * keep them. Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import {
  type FieldPath,
  fieldsOf,
  fromFieldsV1,
  overlaps,
  sameField,
  toFieldsV1,
  valueAt,
  without,
} from './fields.ts';
import { mergeDiff, mergePatch, sameJson } from './merge.ts';
import { ApiObject, type ManagedFields } from './object.ts';
import { StatusError } from './status-error.ts';

export interface Writer {
  readonly manager: string;
  /** RFC 3339. */
  readonly at: string;
}

export interface Apply extends Writer {
  /** Take fields that others own. */
  readonly force: boolean;
}

/** Throws a 409 that names each field that another manager set differently, unless forced. */
export function applyTo(live: ApiObject | undefined, config: ApiObject, apply: Apply): ApiObject {
  const mine = fieldsOf(config);
  const entries = live?.metadata.managedFields ?? [];
  const others = entries.filter(({ manager }) => manager !== apply.manager);
  const disputed = live === undefined ? [] : conflicts(live, config, mine, others);
  if (disputed.length > 0 && !apply.force) throw conflictError(disputed);

  const dropped = formerFields(entries, apply).filter(
    (field) => !mine.some((kept) => overlaps(kept, field)) && !isOwned(others, field),
  );
  const pruned = dropped.reduce<JsonObject>(without, live ?? {});
  const merged = ApiObject.parse(mergePatch(pruned, config));
  return own(
    merged,
    'Apply',
    mine,
    apply,
    disputed.map(({ field }) => field),
  );
}

/** What a create, update or merge patch changed belongs to its writer from now on. */
export function ownChanges(before: ApiObject | undefined, after: ApiObject, writer: Writer): ApiObject {
  const changed = fieldsOf(
    mergeDiff(before ?? {}, { ...after, metadata: { ...after.metadata, managedFields: undefined } }),
  );
  const earlier = entryOf(before?.metadata.managedFields ?? [], writer.manager, 'Update');
  const mine = [
    ...earlier.filter((field) => !changed.some((path) => sameField(path, field))),
    ...changed,
  ].filter((field) => field.length > 0 && valueAt(after, field) !== undefined);
  const managedFields = before?.metadata.managedFields;
  return own({ ...after, metadata: { ...after.metadata, managedFields } }, 'Update', mine, writer, changed);
}

interface Dispute {
  readonly field: FieldPath;
  readonly owner: ManagedFields;
}

function conflicts(
  live: ApiObject,
  config: ApiObject,
  mine: readonly FieldPath[],
  others: readonly ManagedFields[],
): readonly Dispute[] {
  return mine
    .filter((field) => !sameJson(valueAt(live, field), valueAt(config, field)))
    .flatMap((field) => {
      const owner = others.find((entry) => isOwned([entry], field));
      return owner === undefined ? [] : [{ field, owner }];
    });
}

const isOwned = (entries: readonly ManagedFields[], field: FieldPath): boolean =>
  entries.some(({ fieldsV1 }) => fromFieldsV1(fieldsV1).some((owned) => overlaps(owned, field)));

const formerFields = (entries: readonly ManagedFields[], { manager }: Writer): readonly FieldPath[] =>
  entryOf(entries, manager, 'Apply');

function entryOf(
  entries: readonly ManagedFields[],
  manager: string,
  operation: ManagedFields['operation'],
): readonly FieldPath[] {
  const entry = entries.find(
    (candidate) => candidate.manager === manager && candidate.operation === operation,
  );
  return entry === undefined ? [] : fromFieldsV1(entry.fieldsV1);
}

/** Writes the manager's entry and takes `taken` out of everyone else's. */
function own(
  object: ApiObject,
  operation: ManagedFields['operation'],
  mine: readonly FieldPath[],
  { manager, at }: Writer,
  taken: readonly FieldPath[],
): ApiObject {
  const isMine = (entry: ManagedFields) => entry.manager === manager && entry.operation === operation;
  const others = (object.metadata.managedFields ?? [])
    .filter((entry) => !isMine(entry))
    .map((entry) => ({ ...entry, left: leftOf(entry, taken) }))
    .filter(({ left }) => left.length > 0)
    .map(({ left, ...entry }) => ({ ...entry, fieldsV1: toFieldsV1(left) }));
  const entry: ManagedFields = {
    manager,
    operation,
    apiVersion: object.apiVersion,
    time: at,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(mine),
  };
  const managedFields = mine.length === 0 ? others : [...others, entry];
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

const leftOf = ({ fieldsV1 }: ManagedFields, taken: readonly FieldPath[]): readonly FieldPath[] =>
  fromFieldsV1(fieldsV1).filter((field) => field.length > 0 && !taken.some((path) => overlaps(path, field)));

function conflictError(disputes: readonly Dispute[]): StatusError {
  const causes = disputes.map(({ field, owner }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${owner.manager}" using ${owner.apiVersion}`,
    field: `.${field.join('.')}`,
  }));
  const count = `${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  const list = causes.map(({ message, field }) => `${message}: ${field}`).join(', ');
  return new StatusError(409, 'Conflict', `Apply failed with ${count}: ${list}`, { causes });
}

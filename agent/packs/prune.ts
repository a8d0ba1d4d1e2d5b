/**
 * What a pack no longer brings, and whether it may go now. Nothing is deleted that was not said before; when more than
 * half of a pack is to go at once, it is said in one pass and done in a later one, because that is what a definition
 * looks like that lost something by mistake. Pure.
 */
import { createHash } from 'node:crypto';
import { canonical } from '../../lib/domain/canonical.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { LiveObject, ObjectRef } from '../kube/objects.ts';
import { MANAGED_BY, OURS, PACK_LABEL, PRUNE_ANNOTATION } from './labels.ts';

/** What holds things of others: deleting it deletes them. Always left, and said so. */
const HOLDERS = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'PersistentVolumeClaim',
  'PersistentVolume',
]);
/** Milliseconds between saying and doing when much is to go. Our choice: a heartbeat has passed. */
export const PREVIEW_MS = 120_000;
/** Names in a message. */
const SHOWN = 5;

export interface Preview {
  readonly digest: string;
  readonly atMs: EpochMs;
}

export type PrunePlan =
  | { readonly kind: 'nothing' }
  /** Say it now, do it later. */
  | { readonly kind: 'preview'; readonly remove: readonly ObjectRef[]; readonly preview: Preview }
  | { readonly kind: 'prune'; readonly remove: readonly ObjectRef[] };

export function planPrune(asked: {
  readonly had: readonly ObjectRef[];
  readonly wanted: readonly ObjectRef[];
  readonly preview: Preview | undefined;
  readonly nowMs: EpochMs;
}): PrunePlan {
  const { had, wanted, preview, nowMs } = asked;
  const kept = new Set(wanted.map(nameOf));
  const remove = had.filter((ref) => !kept.has(nameOf(ref)));
  if (remove.length === 0) return { kind: 'nothing' };
  if (remove.length * 2 <= had.length) return { kind: 'prune', remove };
  const digest = createHash('sha256')
    .update(canonical(remove.map(nameOf).toSorted()))
    .digest('hex');
  if (preview?.digest !== digest) return { kind: 'preview', remove, preview: { digest, atMs: nowMs } };
  return nowMs - preview.atMs >= PREVIEW_MS
    ? { kind: 'prune', remove }
    : { kind: 'preview', remove, preview };
}

/** Why an object that its pack no longer brings stays; `undefined`: it may go. */
export function keptBecause(pack: string, ref: ObjectRef, live: LiveObject): string | undefined {
  const { labels, annotations } = live.metadata;
  if (labels?.[MANAGED_BY] !== OURS || labels[PACK_LABEL] !== pack) return 'it is not ours any more';
  if (annotations?.[PRUNE_ANNOTATION] === 'disabled') return `its annotation ${PRUNE_ANNOTATION} says so`;
  if (HOLDERS.has(ref.kind)) return 'it may hold what is not ours';
  return undefined;
}

/** `ConfigMap default/a`: the same object whatever version of its group it was applied with. */
export function nameOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  return `${kind}${group === '' ? '' : `.${group}`} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

export function listed(refs: readonly ObjectRef[]): string {
  const names = refs.map(nameOf).toSorted();
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

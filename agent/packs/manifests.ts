/**
 * A pack of plain objects: applied in order, looked at, and rid of what it no longer brings. Everything may be repeated;
 * a pass that ends anywhere is finished by the next one.
 */
import type { DefinedPack, PackReport } from '../../lib/domain/agent.ts';
import { canonical } from '../../lib/domain/canonical.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { Clock, Logger } from '../../lib/domain/ports.ts';
import type { KubeFailure } from '../kube/client.ts';
import { isUnknownKind, type KubeObjects, type LiveObject, type ObjectRef } from '../kube/objects.ts';
import type { Inventories, ManifestInventory } from './inventory.ts';
import { MANAGED_BY, OURS, PACK_LABEL } from './labels.ts';
import { packReport } from './outcome.ts';
import { keptBecause, listed, nameOf, planPrune } from './prune.ts';
import { unready } from './readiness.ts';

export interface ManifestDeps {
  readonly objects: KubeObjects;
  readonly inventories: Inventories;
  readonly clock: Clock;
  readonly log: Logger;
}

type ManifestPack = Extract<DefinedPack, { kind: 'manifests' }>;

interface Bound {
  readonly ref: ObjectRef;
  readonly object: JsonObject;
}

export async function applyManifests(
  deps: ManifestDeps,
  pack: ManifestPack,
  before: ManifestInventory | undefined,
): Promise<PackReport> {
  const bound: Bound[] = [];
  for (const object of pack.objects) {
    const ref = refOf(object);
    if (ref === undefined)
      return packReport(pack, 'Failed', 'The pack holds something that is no Kubernetes object.');
    bound.push({ ref, object: labelled(object, pack.name) });
  }
  const wanted = bound.map(({ ref }) => ref);
  const noted = await note(deps, pack.name, before, wanted);
  if (noted !== undefined) return packReport(pack, 'Installing', noted.message);
  const missing = await applyAll(deps, bound);
  if (missing !== undefined) return packReport(pack, missing.state, missing.message);
  return removeRest(deps, pack, { had: before?.objects ?? [], wanted, preview: before?.preview });
}

/** All that was and all that will be, before anything is done. */
async function note(
  { inventories }: ManifestDeps,
  pack: string,
  before: ManifestInventory | undefined,
  wanted: readonly ObjectRef[],
): Promise<KubeFailure | undefined> {
  const union = united(before?.objects ?? [], wanted);
  const next: ManifestInventory = { kind: 'manifests', ...before, objects: [...union] };
  if (before !== undefined && canonical(before) === canonical(next)) return undefined;
  const saved = await inventories.save(pack, next);
  return saved.ok ? undefined : saved.error;
}

function united(had: readonly ObjectRef[], wanted: readonly ObjectRef[]): readonly ObjectRef[] {
  const names = new Set(wanted.map(nameOf));
  return [...wanted, ...had.filter((ref) => !names.has(nameOf(ref)))];
}

interface Missing {
  readonly state: 'Installing' | 'Failed';
  readonly message: string;
}

/** The first that was refused is said; the others are applied all the same. */
async function applyAll(
  { objects, log }: ManifestDeps,
  bound: readonly Bound[],
): Promise<Missing | undefined> {
  const problems: Missing[] = [];
  for (const { ref, object } of bound) {
    const applied = await objects.apply(ref, object);
    const problem = applied.ok ? waiting(ref, applied.value) : refusal(ref, applied.error);
    if (problem === undefined) continue;
    problems.push(problem);
    if (!applied.ok)
      log.warn('Cannot apply', {
        object: nameOf(ref),
        status: applied.error.status,
        reason: applied.error.reason,
      });
  }
  return problems.find(({ state }) => state === 'Failed') ?? problems[0];
}

function waiting(ref: ObjectRef, live: LiveObject): Missing | undefined {
  const missing = unready(ref.kind, live);
  return missing === undefined ? undefined : { state: 'Installing', message: `${nameOf(ref)}: ${missing}.` };
}

/** What another pass may mend by itself is no failure. */
function refusal(ref: ObjectRef, error: KubeFailure): Missing {
  const passing = error.status === 0 || error.status === 409 || error.status === 429 || error.status >= 500;
  const state = passing || isUnknownKind(error) ? 'Installing' : 'Failed';
  return { state, message: `${nameOf(ref)}: ${error.message}` };
}

interface Removal {
  readonly had: readonly ObjectRef[];
  readonly wanted: readonly ObjectRef[];
  readonly preview: ManifestInventory['preview'];
}

async function removeRest(deps: ManifestDeps, pack: ManifestPack, removal: Removal): Promise<PackReport> {
  const left = await prune(deps, pack.name, removal);
  return left.done ? packReport(pack, 'Ready', left.message) : packReport(pack, 'Installing', left.message);
}

export interface Pruned {
  readonly done: boolean;
  readonly message?: string;
}

/** `had` in the inventory, `wanted` from now on. What is gone, and what stays for good, leaves the inventory. */
export async function prune(deps: ManifestDeps, pack: string, removal: Removal): Promise<Pruned> {
  const { inventories, clock, log } = deps;
  const { wanted } = removal;
  const plan = planPrune({ ...removal, preview: removal.preview, nowMs: clock.now() });
  switch (plan.kind) {
    case 'nothing':
      // What was to go came back: the next time it has to be said again.
      if (removal.preview !== undefined)
        await inventories.save(pack, { kind: 'manifests', objects: [...wanted] });
      return { done: true };
    case 'preview': {
      log.info('Would prune', { pack, objects: plan.remove.map(nameOf) });
      const objects = [...united(removal.had, wanted)];
      const saved = await inventories.save(pack, { kind: 'manifests', objects, preview: plan.preview });
      return { done: false, message: saved.ok ? `Will delete ${listed(plan.remove)}.` : saved.error.message };
    }
    case 'prune': {
      log.info('Pruning', { pack, objects: plan.remove.map(nameOf) });
      const kept: string[] = [];
      for (const ref of plan.remove) {
        const outcome = await removeOne(deps, pack, ref);
        if (!outcome.ok) return { done: false, message: outcome.message };
        if (outcome.kept !== undefined) kept.push(outcome.kept);
      }
      const saved = await inventories.save(pack, { kind: 'manifests', objects: [...wanted] });
      if (!saved.ok) return { done: false, message: saved.error.message };
      return { done: true, ...(kept.length === 0 ? {} : { message: kept.join(' ') }) };
    }
  }
}

type RemovedOne =
  | { readonly ok: true; readonly kept?: string }
  | { readonly ok: false; readonly message: string };

async function removeOne({ objects, log }: ManifestDeps, pack: string, ref: ObjectRef): Promise<RemovedOne> {
  const live = await objects.get(ref);
  if (!live.ok) return { ok: false, message: `${nameOf(ref)}: ${live.error.message}` };
  if (live.value === undefined) return { ok: true };
  const why = keptBecause(pack, ref, live.value);
  if (why !== undefined) {
    log.info('Not pruned', { pack, object: nameOf(ref), why });
    return { ok: true, kept: `${nameOf(ref)} stays: ${why}.` };
  }
  const removed = await objects.remove(ref, live.value.metadata.uid);
  return removed.ok ? { ok: true } : { ok: false, message: `${nameOf(ref)}: ${removed.error.message}` };
}

function labelled(object: JsonObject, pack: string): JsonObject {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const labels = isObject(metadata.labels) ? metadata.labels : {};
  return {
    ...object,
    metadata: { ...metadata, labels: { ...labels, [MANAGED_BY]: OURS, [PACK_LABEL]: pack } },
  };
}

function refOf({ apiVersion, kind, metadata }: JsonObject): ObjectRef | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isObject(metadata)) return undefined;
  const { name, namespace } = metadata;
  if (typeof name !== 'string') return undefined;
  return { apiVersion, kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

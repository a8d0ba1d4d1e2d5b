/**
 * Step: one pack in the cluster. Applied as a whole when it changed, looked after for as long as the cluster lives, and
 * left to end with the cluster. A pack has to run on the cluster's nodes once; from then on a node that lacks it is its
 * pool's business, because waiting here would keep the pool from replacing that very node.
 */
import pLimit from 'p-limit';
import type { ClusterView } from '../../domain/cluster.ts';
import { clusterKey } from '../../domain/cluster-key.ts';
import type { ConditionType } from '../../domain/conditions.ts';
import { ok, type Result } from '../../domain/errors.ts';
import { act, blocked, done, type Plan, type Step, wait } from '../../domain/plan.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS, toEpochMs, toInstant } from '../../domain/time.ts';
import { covers } from '../../kube/drift.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import type { DaemonSetState, SelfManagedApi } from '../../kube/self-managed.ts';
import { mergeValues } from '../../profiles/resolve.ts';
import type { MachineContext } from '../port.ts';
import { makeWay } from './fixed-fields.ts';
import { isPackName, type PackFacts, type PackName, packHash, packObjects } from './manifests.ts';

/** All that a pack needs of a pass. */
export type PackContext = Pick<MachineContext, 'workload' | 'now'>;

export interface PackStepOptions {
  readonly name: string;
  readonly title: string;
  readonly condition: ConditionType;
  readonly after: readonly string[];
  readonly podCidr: string;
  /** The pack of this cluster; `undefined`: its profile names none. */
  pack(view: ClusterView): string | undefined;
}

export interface PackDesired {
  readonly pack: string;
  /** Absent: nobody knows the pack. */
  readonly known?: { readonly name: PackName; readonly facts: PackFacts };
  /** Of its objects. */
  readonly hash: string;
  readonly applied?: string;
  readonly appliedAt?: string;
  /** It ran on all nodes once. */
  readonly worked: boolean;
}

export type PackObserved =
  | { readonly state: 'not-looked' }
  | { readonly state: 'starting'; readonly ready: number; readonly total: number }
  /** `Kind name` of what is not as it was applied, sorted. */
  | { readonly state: 'changed'; readonly objects: readonly string[] }
  | { readonly state: 'working' };

/** Images are pulled in seconds. Our choice. */
const START_LOOK_MS = 10 * SECOND_MS;
/**
 * What differs again so soon after it was applied is somebody's who insists, or a field that the API server writes in
 * its own way: it is put right at the next full look, not in a loop.
 */
const RESTORE_AFTER_MS = MINUTE_MS;
const PARALLEL_READS = 4;

export function packStep(options: PackStepOptions): Step<PackContext, PackDesired, PackObserved, 'apply'> {
  const { name, title, condition, after } = options;
  return {
    name,
    title,
    condition,
    after,
    desired: (view) => desiredOf(options, view),
    observe,
    plan: planPack,
    act: apply,
    read: (_desired, seen) => (seen.state === 'working' ? { outputs: { worked: true } } : {}),
  };
}

function desiredOf({ name, podCidr, pack }: PackStepOptions, view: ClusterView): PackDesired | undefined {
  const wanted = pack(view);
  if (view.deleting || wanted === undefined) return undefined;
  const known = isPackName(wanted) ? { name: wanted, facts: factsOf(view, wanted, podCidr) } : undefined;
  const { applied, appliedAt, worked } = view.outputs(name);
  return {
    pack: wanted,
    ...(known === undefined ? {} : { known }),
    hash: known === undefined ? '' : packHash(known.name, known.facts),
    ...(typeof applied === 'string' ? { applied } : {}),
    ...(typeof appliedAt === 'string' ? { appliedAt } : {}),
    worked: worked === true,
  };
}

const objectsOf = ({ known }: PackDesired): readonly KubernetesObject[] =>
  known === undefined ? [] : packObjects(known.name, known.facts);

function factsOf(view: ClusterView, wanted: PackName, podCidr: string): PackFacts {
  const { layers } = view.profile;
  const own = layers.find(({ pack }) => pack === wanted);
  return {
    clusterName: clusterKey(view.name, view.id),
    podCidr,
    kubernetesVersion: layers.find(({ layer }) => layer === 'kubernetes')?.version ?? '',
    values: mergeValues(own?.values ?? {}, view.spec.packOverrides[wanted] ?? {}),
  };
}

async function observe(ctx: PackContext, desired: PackDesired): Promise<Result<PackObserved>> {
  if (desired.applied !== desired.hash) return ok({ state: 'not-looked' });
  const api = await ctx.workload();
  if (!api.ok) return api;
  const sets = await api.value.daemonSets();
  if (!sets.ok) return sets;
  const objects = objectsOf(desired);
  const daemons = daemonsOf(objects, sets.value);
  if (!desired.worked && daemons.missing.length > 0)
    return ok({ state: 'changed', objects: daemons.missing });
  if (!desired.worked && daemons.ready < daemons.total) return ok({ state: 'starting', ...daemons });
  const changed = await changedObjects(api.value, objects);
  if (!changed.ok) return changed;
  return ok(changed.value.length === 0 ? { state: 'working' } : { state: 'changed', objects: changed.value });
}

/** A DaemonSet that no node counts for yet has not been looked at by its controller: one node is the least. */
function daemonsOf(objects: readonly KubernetesObject[], sets: readonly DaemonSetState[]) {
  const wanted = objects.filter(({ kind }) => kind === 'DaemonSet');
  const states = wanted.map(({ metadata }) =>
    sets.find(({ namespace, name }) => name === metadata.name && namespace === metadata.namespace),
  );
  return {
    missing: wanted.filter((_, index) => states[index] === undefined).map(labelOf),
    ready: sum(states.map((state) => state?.ready ?? 0)),
    total: sum(states.map((state) => Math.max(1, state?.desired ?? 0))),
  };
}

async function changedObjects(
  api: SelfManagedApi,
  objects: readonly KubernetesObject[],
): Promise<Result<readonly string[]>> {
  const limit = pLimit(PARALLEL_READS);
  const live = await Promise.all(objects.map((object) => limit(() => api.read(object))));
  const changed: string[] = [];
  for (const [index, object] of objects.entries()) {
    const seen = live[index];
    if (seen !== undefined && !seen.ok) return seen;
    if (!covers(seen?.value, object)) changed.push(labelOf(object));
  }
  return ok(changed.sort());
}

export function planPack(desired: PackDesired, seen: PackObserved, nowMs: EpochMs): Plan<'apply'> {
  const { pack, known, appliedAt } = desired;
  if (!known) {
    return blocked('PackNotSupported', `Nobody knows how to install the pack ${pack} on machines.`);
  }
  switch (seen.state) {
    case 'not-looked':
      return act('apply', 'InstallingPack', { message: `Installing ${pack}.` });
    case 'starting': {
      const progress = { done: seen.ready, total: seen.total };
      return wait(START_LOOK_MS, 'WaitingForPackPods', {
        message: `Waiting for the pods of ${pack}.`,
        progress,
      });
    }
    case 'changed': {
      const sinceMs = appliedAt === undefined ? RESTORE_AFTER_MS : nowMs - toEpochMs(appliedAt);
      if (sinceMs < RESTORE_AFTER_MS) return done('PackInstalled');
      return act('apply', 'RestoringPack', { message: `Putting back ${seen.objects.join(', ')}.` });
    }
    case 'working':
      return done('PackInstalled', { message: `${pack} is installed.` });
  }
}

async function apply(ctx: PackContext, desired: PackDesired) {
  const api = await ctx.workload();
  if (!api.ok) return api;
  for (const object of objectsOf(desired)) {
    const free = await makeWay(api.value, object);
    if (!free.ok) return free;
    const applied = await api.value.apply(object);
    if (!applied.ok) return applied;
  }
  return ok({
    event: `Applied pack ${desired.pack}`,
    outputs: { applied: desired.hash, appliedAt: toInstant(ctx.now()) },
    lookAfterMs: START_LOOK_MS,
  });
}

const labelOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

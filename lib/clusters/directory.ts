/**
 * The directory entry of a cluster: what makes its name unique in the project, and the small summary that lists and
 * filters read, so that they never scan cluster documents. It owns the entry's shape and its three writers: create
 * reserves it, a pass refreshes it, the end of a deletion frees the name. The cluster document is the truth; an entry
 * may lag behind it by one write.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Deps } from '../deps.ts';
import type { CloudType, ClusterDocument, ClusterState, Purpose, Tags } from '../domain/cluster.ts';
import { stateOf } from '../domain/cluster-state.ts';
import { type HealthStatus, UNREPORTED } from '../domain/health.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { PoolSpec } from '../domain/pool.ts';
import type { Instant } from '../domain/time.ts';
import type { Address, Stored, StoredDocument, WriteOutcome } from '../store/port.ts';

/** What a list shows of a cluster. */
export interface ClusterSummary {
  readonly uid: ClusterId;
  readonly name: string;
  readonly project: string;
  readonly description?: string;
  readonly tags: Tags;
  readonly purpose?: Purpose;
  readonly profile: { readonly name: string; readonly version: string };
  readonly cloud: { readonly type: CloudType; readonly account: string; readonly region: string };
  readonly state: ClusterState;
  readonly health: HealthStatus;
  readonly kubernetesVersion?: string;
  /** Instance types of its spot pools: whose prices are tracked. Absent without any. */
  readonly spotTypes?: readonly string[];
  readonly generation: number;
  readonly createdAt: Instant;
}

export interface ClusterEntry extends StoredDocument {
  readonly type: 'cluster-entry';
  readonly summary: ClusterSummary;
  /** Revision of the cluster document that the summary was made from; an older one never overwrites it. */
  readonly revision: number;
  readonly updatedAt: Instant;
}

type StoreDeps = Pick<Deps, 'store'>;

export function directoryAddress(project: string): Address {
  return { container: 'directory', partition: project };
}

export function entryId(clusterName: string): string {
  return `cluster:${clusterName}`;
}

export function entryOf(document: ClusterDocument): ClusterEntry {
  return {
    id: entryId(document.name),
    type: 'cluster-entry',
    summary: summaryOf(document),
    revision: document.revision,
    updatedAt: document.updatedAt,
  };
}

function summaryOf(document: ClusterDocument): ClusterSummary {
  const { spec, kubernetesVersion } = document;
  const { type, account, region } = spec.cloud;
  const spotTypes = spotTypesOf(spec.pools);
  return {
    uid: document.id,
    name: document.name,
    project: document.project,
    ...(spec.description !== undefined && { description: spec.description }),
    tags: spec.tags,
    ...(spec.purpose !== undefined && { purpose: spec.purpose }),
    profile: spec.profile,
    cloud: { type, account, region },
    state: stateOf(document),
    health: document.health ?? UNREPORTED,
    // Not before the cluster is up: the entry would be written once more for it, in every create.
    ...(document.provisionedAt !== undefined && kubernetesVersion !== undefined && { kubernetesVersion }),
    ...(spotTypes.length > 0 && { spotTypes }),
    generation: document.generation,
    createdAt: document.createdAt,
  };
}

function spotTypesOf(pools: readonly PoolSpec[]): readonly string[] {
  const spot = pools.filter(({ capacity }) => capacity === 'spot');
  return [...new Set(spot.map(({ instanceType }) => instanceType))].sort();
}

export function readEntry(
  { store }: StoreDeps,
  project: string,
  name: string,
): Promise<Stored<ClusterEntry> | undefined> {
  return store.read<ClusterEntry>(directoryAddress(project), entryId(name));
}

/** `stale`: the name is taken. */
export function reserveName({ store }: StoreDeps, document: ClusterDocument): Promise<WriteOutcome> {
  return store.create(directoryAddress(document.project), entryOf(document));
}

/** Whether the entry has to be written again after the document moved from `before` to `after`. */
export function hasNewSummary(before: ClusterDocument, after: ClusterDocument): boolean {
  return !isDeepStrictEqual(summaryOf(before), summaryOf(after));
}

/** Losing the race this often means that someone newer keeps winning it, and theirs is the better summary. */
const TRIES = 3;

/** Brings the entry up to date. Idempotent; an entry that is missing or belongs to another uid is left alone. */
export async function summarise(deps: StoreDeps, document: ClusterDocument): Promise<void> {
  const next = entryOf(document);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readEntry(deps, document.project, document.name);
    if (!stored || stored.document.summary.uid !== document.id) return;
    if (stored.document.revision > document.revision) return;
    if (isDeepStrictEqual(stored.document.summary, next.summary)) return;
    const written = await deps.store.replace(directoryAddress(document.project), next, stored.etag);
    if (written.kind !== 'stale') return;
  }
}

/** Frees the name after the last resource is gone; another cluster's entry of the same name stays. */
export async function removeEntry(
  deps: StoreDeps,
  document: Pick<ClusterDocument, 'id' | 'project' | 'name'>,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readEntry(deps, document.project, document.name);
    if (!stored || stored.document.summary.uid !== document.id) return;
    const address = directoryAddress(document.project);
    const removed = await deps.store.delete(address, stored.document.id, stored.etag);
    if (removed.kind !== 'stale') return;
  }
}

/**
 * Lists of clusters: summaries of one project, filtered. Only directory entries are read. What the store can compare it
 * filters; tags, free text and the caller's own resource filter are compared here, page by page, so a page may be
 * shorter than asked while there is more.
 */
import type { Deps } from '../deps.ts';
import type { CloudType, ClusterState, Tags } from '../domain/cluster.ts';
import type { HealthStatus } from '../domain/health.ts';
import type { Filter } from '../store/port.ts';
import type { ClusterEntry, ClusterSummary } from './directory.ts';

export interface ClusterQuery {
  /** A key alone asks for the tag's presence. */
  readonly tag?: { readonly key: string; readonly value?: string };
  readonly state?: ClusterState;
  readonly health?: HealthStatus;
  readonly cloud?: CloudType;
  /** Part of the name or the description, in any case. */
  readonly q?: string;
  /** 1..100 */
  readonly limit: number;
  readonly continuation?: string;
  /** The caller's resource filter (A188). */
  sees(tags: Tags): boolean;
}

export interface ClusterPage {
  readonly items: readonly ClusterSummary[];
  readonly continuation?: string;
}

/** Pages that one request reads while its filters leave nothing over: bounds the work of a rare match. */
const MAX_PAGES = 10;

export async function listClusters(
  { store }: Pick<Deps, 'store'>,
  project: string,
  query: ClusterQuery,
): Promise<ClusterPage> {
  let continuation = query.continuation;
  const items: ClusterSummary[] = [];
  for (let read = 0; read < MAX_PAGES; read += 1) {
    const page = await store.query<ClusterEntry>({
      container: 'directory',
      partition: project,
      where: storeFilters(query),
      orderBy: { field: 'id', direction: 'asc' },
      limit: query.limit - items.length,
      ...(continuation !== undefined && { continuation }),
    });
    items.push(
      ...page.items.map((item) => item.document.summary).filter((summary) => admits(query, summary)),
    );
    continuation = page.continuation;
    if (continuation === undefined || items.length === query.limit) break;
  }
  return { items, ...(continuation !== undefined && { continuation }) };
}

function storeFilters({ state, health, cloud }: ClusterQuery): readonly Filter[] {
  const where: Filter[] = [{ field: 'type', is: '=', value: 'cluster-entry' }];
  if (state !== undefined) where.push({ field: 'summary.state', is: '=', value: state });
  if (health !== undefined) where.push({ field: 'summary.health', is: '=', value: health });
  if (cloud !== undefined) where.push({ field: 'summary.cloud.type', is: '=', value: cloud });
  return where;
}

function admits(query: ClusterQuery, summary: ClusterSummary): boolean {
  return query.sees(summary.tags) && hasTag(query.tag, summary.tags) && mentions(query.q, summary);
}

function hasTag(tag: ClusterQuery['tag'], tags: Tags): boolean {
  if (tag === undefined) return true;
  if (!Object.hasOwn(tags, tag.key)) return false;
  return tag.value === undefined || tags[tag.key] === tag.value;
}

function mentions(text: string | undefined, { name, description = '' }: ClusterSummary): boolean {
  if (text === undefined) return true;
  const sought = text.toLowerCase();
  return name.includes(sought) || description.toLowerCase().includes(sought);
}

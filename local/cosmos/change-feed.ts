/**
 * The change feed in its latest-version mode: documents that changed since a log sequence number, each once, in its
 * last version; deletes do not show. The etag of an answer is where the next one starts.
 */
import { readCharge } from '../../lib/store/request-units.ts';
import type { Container } from './container.ts';
import type { Item } from './items.ts';
import { feed, type Reply, type Request } from './messages.ts';
import type { Scope } from './partition-key.ts';
import { pageSize } from './queries.ts';

export function isChangeFeed(request: Request): boolean {
  return request.method === 'GET' && /incremental/i.test(request.headers['a-im'] ?? '');
}

export function readChanges(container: Container, request: Request, scope: Scope | undefined): Reply {
  const since = startOf(container, request);
  const changes = [...container.items(scope)]
    .filter((item) => since.includes(item))
    .sort((a, b) => a.lsn - b.lsn)
    .slice(0, pageSize(request));
  const last = changes.at(-1)?.lsn ?? Math.max(since.lsn, 0);
  const etag = { etag: `"${last}"` };
  if (changes.length === 0) return { status: 304, headers: etag };
  const bytes = changes.reduce((sum, item) => sum + item.bytes, 0);
  const bodies = changes.map(({ body, lsn }) => ({ ...body, _lsn: lsn }));
  return { ...feed('Documents', bodies, etag), charge: readCharge(bytes) };
}

interface Start {
  readonly lsn: number;
  includes(item: Item): boolean;
}

/** If-None-Match: an etag of an earlier answer, or `*` for now. Otherwise If-Modified-Since, or the beginning. */
function startOf(container: Container, request: Request): Start {
  const etag = request.headers['if-none-match']?.replaceAll('"', '');
  const modifiedSince = request.headers['if-modified-since'];
  if (etag === undefined && modifiedSince !== undefined) {
    const seconds = Date.parse(modifiedSince) / 1000;
    return { lsn: 0, includes: ({ body }) => Number(body._ts) >= seconds };
  }
  const lsn = etag === '*' ? container.lsn : Number(etag ?? 0);
  return { lsn, includes: (item) => item.lsn > lsn };
}

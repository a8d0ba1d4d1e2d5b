/** Queries over HTTP: parses the text once, refuses what the cloud refuses, answers one page with its charge. */
import { queryCharge } from '../../lib/store/request-units.ts';
import type { Container } from './container.ts';
import { QUERY, type QueryBody } from './definitions.ts';
import { refuseWithoutIndex } from './indexing.ts';
import { bodyOf, feed, flag, isQuery, type Reply, type Request } from './messages.ts';
import type { Scope } from './partition-key.ts';
import { pageOf } from './query/pages.ts';
import { parseQuery } from './query/parse-select.ts';
import type { Candidate } from './query/rows.ts';
import type { Select } from './query/syntax.ts';
import { record, type Value } from './query/values.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;
const READ_FEED: QueryBody = { query: 'SELECT * FROM c' };

/** Documents of a container: a query, or all of them. */
export function queryItems(container: Container, request: Request, scope: Scope | undefined): Reply {
  const asked = isQuery(request) ? bodyOf(request, QUERY) : READ_FEED;
  const select = parsed(asked.query);
  refuseWithoutIndex(select, container.definition);
  return page('Documents', request, asked, candidates(container, scope));
}

/** Databases, or containers of a database: a query, or all of them. */
export function queryResources(name: string, request: Request, resources: readonly Value[]): Reply {
  const asked = isQuery(request) ? bodyOf(request, QUERY) : READ_FEED;
  return page(
    name,
    request,
    asked,
    resources.map((document, origin) => ({ document, origin })),
  );
}

export function isQueryPlan(request: Request): boolean {
  return flag(request, 'x-ms-cosmos-is-query-plan-request');
}

/**
 * All data is in one partition range here, so a query needs no work of the client's own: the plan says «pass through».
 * Clients ask for it with every query; a text that does not parse fails here too.
 */
export function queryPlan(request: Request): Reply {
  parsed(bodyOf(request, QUERY).query);
  return { status: 200, body: PASS_THROUGH };
}

const PASS_THROUGH = {
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: 'None',
    top: null,
    offset: null,
    limit: null,
    orderBy: [],
    orderByExpressions: [],
    groupByExpressions: [],
    groupByAliases: [],
    aggregates: [],
    groupByAliasToAggregateType: {},
    rewrittenQuery: '',
    hasSelectValue: false,
    hasNonStreamingOrderBy: false,
    dCountInfo: null,
  },
  queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
} as const;

function* candidates(container: Container, scope: Scope | undefined): Iterable<Candidate<number>> {
  for (const { body, sequence } of container.items(scope)) yield { document: body, origin: sequence };
}

function page(
  name: string,
  request: Request,
  asked: QueryBody,
  documents: Iterable<Candidate<number>>,
): Reply {
  const continuation = request.headers['x-ms-continuation'];
  const parameters = record((asked.parameters ?? []).map(({ name: key, value }) => [key, value]));
  const { values, continuation: next } = pageOf(
    {
      select: parsed(asked.query),
      parameters,
      size: pageSize(request),
      ...(continuation !== undefined && { continuation }),
    },
    documents,
  );
  const bytes = Buffer.byteLength(JSON.stringify(values)) - '[]'.length;
  return { ...feed(name, values, next ? { 'x-ms-continuation': next } : {}), charge: queryCharge(bytes) };
}

export function pageSize(request: Request): number {
  const asked = Number(request.headers['x-ms-max-item-count'] ?? DEFAULT_PAGE);
  return asked > 0 ? Math.min(asked, LARGEST_PAGE) : LARGEST_PAGE;
}

/** Parsed queries by text: the same few are asked again and again. */
const known = new Map<string, Select>();
const MOST_KNOWN = 500;

function parsed(text: string): Select {
  const select = known.get(text) ?? parseQuery(text);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, select);
  return select;
}

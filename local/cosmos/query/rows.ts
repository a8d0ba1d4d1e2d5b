/**
 * Runs a SELECT: FROM and JOIN bind rows, WHERE keeps some, GROUP BY folds them, ORDER BY sorts, the projection makes
 * the result. Everything but the page that is answered, which is the caller's: pages.ts.
 */
import { evaluate, type Scope, type Variables } from './evaluate.ts';
import type { Projection, Select, Source } from './syntax.ts';
import { canonical, compare, isList, record, type Value } from './values.ts';

export interface Row<Origin = unknown> {
  readonly value: Value;
  /** The values of ORDER BY. */
  readonly key: readonly Value[];
  /** Which of the given documents the row came from: the first of its group. */
  readonly origin?: Origin;
}

export interface Candidate<Origin> {
  readonly document: Value;
  readonly origin: Origin;
}

interface Bound<Origin> {
  readonly scope: Scope;
  readonly origin?: Origin;
}

/** A subquery: its FROM starts at a name of the scope. */
export function rowsOf(select: Select, scope: Scope): readonly Row[] {
  const start = select.from ? boundBy(select.from, scope.variables, scope) : [scope.variables];
  return finish(
    select,
    start.flatMap((variables) => joined(select, { ...scope, variables })).map((inner) => ({ scope: inner })),
    scope,
  );
}

/** A query over documents; each is what the first name of FROM stands for. */
export function rowsOver<Origin>(
  select: Select,
  parameters: Variables,
  candidates: Iterable<Candidate<Origin>>,
): readonly Row<Origin>[] {
  const bound: Bound<Origin>[] = [];
  for (const { document, origin } of candidates) {
    for (const scope of boundTo(document, select, parameters)) bound.push({ scope, origin });
  }
  return finish(select, bound, { variables: {}, parameters });
}

function boundTo(document: Value, select: Select, parameters: Variables): readonly Scope[] {
  const { from } = select;
  if (!from) return joined(select, { variables: {}, parameters });
  const variables = { [rootOf(from)]: document };
  const starts = boundBy(from, variables, { variables, parameters });
  return starts.flatMap((start) => joined(select, { variables: start, parameters }));
}

/** The name a FROM starts at: `c` in `FROM c.spec s` and in `FROM t IN c.tags`. */
function rootOf(from: Source): string {
  let path = from.path;
  while (path?.kind === 'property' || path?.kind === 'element') path = path.of;
  return path?.kind === 'variable' ? path.name : from.alias;
}

function boundBy(source: Source, variables: Variables, scope: Scope): readonly Variables[] {
  if (!source.path) return [variables];
  const value = evaluate(source.path, { ...scope, variables });
  const values = source.iterates ? (isList(value) ? value : []) : value === undefined ? [] : [value];
  return values.map((item) => ({ ...variables, [source.alias]: item }));
}

function joined(select: Select, scope: Scope): readonly Scope[] {
  let rows: readonly Variables[] = [scope.variables];
  for (const join of select.joins) rows = rows.flatMap((variables) => boundBy(join, variables, scope));
  const { where } = select;
  return rows
    .map((variables) => ({ variables, parameters: scope.parameters }))
    .filter((inner) => !where || evaluate(where, inner) === true);
}

function finish<Origin>(
  select: Select,
  bound: readonly Bound<Origin>[],
  scope: Scope,
): readonly Row<Origin>[] {
  const rows = grouped(select, bound, scope)
    .map(({ scope: inner, origin }) => ({
      value: projected(select, inner),
      key: select.orderBy.map(({ by }) => evaluate(by, inner)),
      ...(origin !== undefined && { origin }),
    }))
    .filter(({ value }) => value !== undefined)
    .sort((a, b) => compareKeys(select, a.key, b.key));
  return limited(select, select.distinct ? distinct(rows) : rows, scope);
}

/** In the direction of ORDER BY. */
export function compareKeys(select: Select, a: readonly Value[], b: readonly Value[]): number {
  for (const [index, { descending }] of select.orderBy.entries()) {
    const order = compare(a[index], b[index]);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function grouped<Origin>(
  select: Select,
  bound: readonly Bound<Origin>[],
  scope: Scope,
): readonly Bound<Origin>[] {
  if (select.groupBy.length === 0 && !select.aggregates) return bound;
  const groups = Map.groupBy(bound, ({ scope: inner }) =>
    canonical(select.groupBy.map((by) => evaluate(by, inner) ?? null)),
  );
  if (select.groupBy.length === 0 && groups.size === 0) groups.set('', []);
  return [...groups.values()].map((members) => ({
    ...members[0],
    scope: {
      variables: members[0]?.scope.variables ?? {},
      parameters: scope.parameters,
      group: members.map((member) => member.scope.variables),
    },
  }));
}

function projected({ projection, from }: Select, scope: Scope): Value {
  return projectedBy(projection, from?.alias ?? '', scope);
}

function projectedBy(projection: Projection, alias: string, scope: Scope): Value {
  switch (projection.kind) {
    case 'everything':
      return scope.variables[alias];
    case 'value':
      return evaluate(projection.of, scope);
    case 'fields':
      return record(projection.fields.map(({ name, of }) => [name, evaluate(of, scope)]));
  }
}

function distinct<Origin>(rows: readonly Row<Origin>[]): readonly Row<Origin>[] {
  const seen = new Set<string>();
  return rows.filter(({ value }) => {
    const text = canonical(value);
    return !seen.has(text) && seen.add(text);
  });
}

function limited<Origin>(select: Select, rows: readonly Row<Origin>[], scope: Scope): readonly Row<Origin>[] {
  const count = (expression: Select['limit'], absent: number) => {
    const value = expression && evaluate(expression, scope);
    return typeof value === 'number' ? value : absent;
  };
  const offset = count(select.offset, 0);
  return rows.slice(offset, offset + count(select.limit ?? select.top, Number.POSITIVE_INFINITY));
}

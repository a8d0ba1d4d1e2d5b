/** Parses a SELECT: the whole query, or a subquery in brackets. */
import { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parsePath, parsePrimary } from './parse-primary.ts';
import type { Expression, Field, Order, Projection, Select, Source } from './syntax.ts';

/** Throws QueryError for what is not in the language. */
export function parseQuery(text: string): Select {
  const cursor = new Cursor(text);
  const select = parseSelect(cursor);
  cursor.end();
  return select;
}

export function parseSelect(cursor: Cursor): Select {
  cursor.expect('SELECT');
  const distinct = cursor.accept('DISTINCT');
  const top = cursor.accept('TOP') ? parsePrimary(cursor) : undefined;
  const before = cursor.aggregates;
  const projection = parseProjection(cursor);
  const aggregates = cursor.aggregates > before;
  return {
    distinct,
    projection,
    aggregates,
    ...(top && { top }),
    ...parseFrom(cursor),
    ...parseWhere(cursor),
    groupBy: parseBy(cursor, 'GROUP', () => parseExpression(cursor)),
    orderBy: parseBy(cursor, 'ORDER', () => parseOrder(cursor)),
    ...parseOffset(cursor),
  };
}

/** Only a filter, as the condition of a patch has it: `FROM c WHERE c.n = 1`. */
export function parseCondition(text: string): Select {
  return parseQuery(`SELECT VALUE 1 ${text}`);
}

function parseProjection(cursor: Cursor): Projection {
  if (cursor.accept('*')) return { kind: 'everything' };
  if (cursor.accept('VALUE')) return { kind: 'value', of: parseExpression(cursor) };
  let unnamed = 0;
  const fields = cursor.list((): Field => {
    const of = parseExpression(cursor);
    const name = parseAlias(cursor) ?? nameOf(of) ?? `$${++unnamed}`;
    return { name, of };
  });
  return { kind: 'fields', fields };
}

function parseAlias(cursor: Cursor): string | undefined {
  return cursor.accept('AS') || cursor.peek()?.kind === 'name' ? cursor.name() : undefined;
}

/** The name a field has when none was given: the last part of its path. */
function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'variable' || expression.kind === 'property') return expression.name;
  if (expression.kind !== 'element' || expression.index.kind !== 'literal') return undefined;
  return typeof expression.index.value === 'string' ? expression.index.value : undefined;
}

function parseFrom(cursor: Cursor): Pick<Select, 'from' | 'joins'> {
  if (!cursor.accept('FROM')) return { joins: [] };
  const from = parseSource(cursor);
  const joins: Source[] = [];
  while (cursor.accept('JOIN')) joins.push(parseJoin(cursor));
  return { from, joins };
}

function parseSource(cursor: Cursor): Source {
  const name = cursor.name();
  if (cursor.accept('IN')) return { alias: name, path: parseSourcePath(cursor), iterates: true };
  const start: Expression = { kind: 'variable', name };
  const path = parsePath(cursor, start);
  const alias = parseAlias(cursor) ?? name;
  return path === start ? { alias, iterates: false } : { alias, path, iterates: false };
}

function parseJoin(cursor: Cursor): Source {
  const alias = cursor.name();
  cursor.expect('IN');
  return { alias, path: cursor.is('(') ? parsePrimary(cursor) : parseSourcePath(cursor), iterates: true };
}

function parseSourcePath(cursor: Cursor): Expression {
  return parsePath(cursor, { kind: 'variable', name: cursor.name() });
}

function parseWhere(cursor: Cursor): Pick<Select, 'where'> {
  return cursor.accept('WHERE') ? { where: parseExpression(cursor) } : {};
}

function parseBy<T>(cursor: Cursor, word: 'GROUP' | 'ORDER', item: () => T): readonly T[] {
  if (!cursor.accept(word)) return [];
  cursor.expect('BY');
  return cursor.list(item);
}

function parseOrder(cursor: Cursor): Order {
  const by = parseExpression(cursor);
  const descending = cursor.accept('DESC');
  if (!descending) cursor.accept('ASC');
  return { by, descending };
}

function parseOffset(cursor: Cursor): Pick<Select, 'offset' | 'limit'> {
  if (!cursor.accept('OFFSET')) return {};
  const offset = parsePrimary(cursor);
  cursor.expect('LIMIT');
  return { offset, limit: parsePrimary(cursor) };
}

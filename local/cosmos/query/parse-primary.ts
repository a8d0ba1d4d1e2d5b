/** Parses what stands on its own: literals, parameters, names, calls, brackets, subqueries; and the path behind it. */
import type { Cursor } from './cursor.ts';
import { isKnownFunction } from './functions.ts';
import { parseExpression } from './parse-expression.ts';
import { parseSelect } from './parse-select.ts';
import { AGGREGATES, type Expression } from './syntax.ts';
import { QueryError } from './tokens.ts';

const CONSTANTS = { TRUE: true, FALSE: false, NULL: null, UNDEFINED: undefined } as const;

export function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.peek() ?? cursor.fail();
  switch (token.kind) {
    case 'number':
      return { kind: 'literal', value: Number(cursor.take().text) };
    case 'string':
      return { kind: 'literal', value: cursor.take().text };
    case 'parameter':
      return parsePath(cursor, { kind: 'parameter', name: cursor.take().text });
    case 'name':
      return parsePath(cursor, parseNamed(cursor));
    case 'symbol':
      return parseBracketed(cursor);
    case 'keyword':
      return parseKeyword(cursor);
  }
}

/** `.name` and `[index]`, as many as follow. */
export function parsePath(cursor: Cursor, start: Expression): Expression {
  let of = start;
  for (;;) {
    if (cursor.accept('.')) of = { kind: 'property', of, name: parsePropertyName(cursor) };
    else if (cursor.accept('[')) {
      of = { kind: 'element', of, index: parseExpression(cursor) };
      cursor.expect(']');
    } else return of;
  }
}

/** Behind a dot a keyword is an ordinary name: `c.order`. */
function parsePropertyName(cursor: Cursor): string {
  const kind = cursor.peek()?.kind;
  return kind === 'name' || kind === 'keyword' ? cursor.take().source : cursor.fail();
}

function parseNamed(cursor: Cursor): Expression {
  const name = cursor.name();
  if (!cursor.accept('(')) return { kind: 'variable', name };
  const list = cursor.is(')') ? [] : cursor.list(() => parseExpression(cursor));
  cursor.expect(')');
  return callOf(cursor, name, list);
}

function callOf(cursor: Cursor, name: string, list: readonly Expression[]): Expression {
  const upper = name.toUpperCase();
  const aggregate = AGGREGATES.find((candidate) => candidate === upper);
  const [first] = list;
  if (aggregate && first) {
    cursor.aggregates++;
    return { kind: 'aggregate', name: aggregate, of: first };
  }
  if (!isKnownFunction(upper)) throw new QueryError(`'${name}' is not a recognized built-in function name.`);
  return { kind: 'call', name: upper, arguments: list };
}

function parseKeyword(cursor: Cursor): Expression {
  for (const [word, value] of Object.entries(CONSTANTS)) {
    if (cursor.accept(word)) return { kind: 'literal', value };
  }
  const kind = cursor.is('EXISTS') ? 'exists' : cursor.is('ARRAY') ? 'array' : cursor.fail();
  cursor.take();
  cursor.expect('(');
  const select = parseSelect(cursor);
  cursor.expect(')');
  return { kind, select };
}

function parseBracketed(cursor: Cursor): Expression {
  if (cursor.accept('[')) return parseList(cursor);
  if (cursor.accept('{')) return parseObject(cursor);
  cursor.expect('(');
  const inner: Expression = cursor.is('SELECT')
    ? { kind: 'scalar', select: parseSelect(cursor) }
    : parseExpression(cursor);
  cursor.expect(')');
  return parsePath(cursor, inner);
}

function parseList(cursor: Cursor): Expression {
  const items = cursor.is(']') ? [] : cursor.list(() => parseExpression(cursor));
  cursor.expect(']');
  return { kind: 'list', items };
}

function parseObject(cursor: Cursor): Expression {
  const entries = cursor.is('}') ? [] : cursor.list(() => parseEntry(cursor));
  cursor.expect('}');
  return { kind: 'object', entries };
}

function parseEntry(cursor: Cursor): readonly [string, Expression] {
  const kind = cursor.peek()?.kind;
  const name = kind === 'string' || kind === 'name' ? cursor.take().text : cursor.fail();
  cursor.expect(':');
  return [name, parseExpression(cursor)];
}

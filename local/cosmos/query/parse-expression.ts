/** Parses expressions by precedence, loosest first: ?:, ??, OR, AND, NOT, comparison, +, *, sign, postfix. */
import type { Cursor } from './cursor.ts';
import { parsePrimary } from './parse-primary.ts';
import type { BinaryOperator, Expression } from './syntax.ts';

export function parseExpression(cursor: Cursor): Expression {
  const test = parseCoalesce(cursor);
  if (!cursor.accept('?')) return test;
  const then = parseExpression(cursor);
  cursor.expect(':');
  return { kind: 'conditional', test, then, otherwise: parseExpression(cursor) };
}

type Parse = (cursor: Cursor) => Expression;

/** A level of operators that associate to the left. */
function leftAssociative(operators: Readonly<Record<string, BinaryOperator>>, operand: Parse): Parse {
  return (cursor) => {
    let left = operand(cursor);
    for (;;) {
      const symbol = Object.keys(operators).find((candidate) => cursor.accept(candidate));
      const operator = symbol === undefined ? undefined : operators[symbol];
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: operand(cursor) };
    }
  };
}

const parseProduct = leftAssociative({ '*': '*', '/': '/', '%': '%' }, parseSigned);
const parseSum = leftAssociative({ '+': '+', '-': '-', '||': '||' }, parseProduct);
const parseAnd = leftAssociative({ AND: 'AND' }, parseNot);
const parseOr = leftAssociative({ OR: 'OR' }, parseAnd);
const parseCoalesce = leftAssociative({ '??': '??' }, parseOr);
const parseComparison = leftAssociative(
  { '=': '=', '!=': '!=', '<>': '!=', '<=': '<=', '>=': '>=', '<': '<', '>': '>' },
  parseMembership,
);

function parseNot(cursor: Cursor): Expression {
  return cursor.accept('NOT') ? { kind: 'not', of: parseNot(cursor) } : parseComparison(cursor);
}

/** `x [NOT] IN (...)`, `x [NOT] BETWEEN a AND b`, `x [NOT] LIKE p [ESCAPE e]`. */
function parseMembership(cursor: Cursor): Expression {
  const of = parseSum(cursor);
  const negated = cursor.is('NOT') && ['IN', 'BETWEEN', 'LIKE'].some((word) => cursor.is(word, 1));
  if (negated) cursor.expect('NOT');
  const membership = parseMembershipOf(cursor, of);
  return negated ? { kind: 'not', of: membership } : membership;
}

function parseMembershipOf(cursor: Cursor, of: Expression): Expression {
  if (cursor.accept('IN')) {
    cursor.expect('(');
    const list = cursor.list(() => parseExpression(cursor));
    cursor.expect(')');
    return { kind: 'in', of, list };
  }
  if (cursor.accept('BETWEEN')) {
    const low = parseSum(cursor);
    cursor.expect('AND');
    return { kind: 'between', of, low, high: parseSum(cursor) };
  }
  if (!cursor.accept('LIKE')) return of;
  const pattern = parseSum(cursor);
  return cursor.accept('ESCAPE')
    ? { kind: 'like', of, pattern, escape: parseSum(cursor) }
    : { kind: 'like', of, pattern };
}

function parseSigned(cursor: Cursor): Expression {
  if (cursor.accept('-')) return { kind: 'negative', of: parseSigned(cursor) };
  if (cursor.accept('+')) return parseSigned(cursor);
  return parsePrimary(cursor);
}

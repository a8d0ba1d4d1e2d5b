/** Operators with the three-valued logic of the query language: true, false, and undefined for «does not apply». */
import type { BinaryOperator } from './syntax.ts';
import { difference, equal, type Value } from './values.ts';

export function not(value: Value): Value {
  return typeof value === 'boolean' ? !value : undefined;
}

/** `right` is a thunk: AND, OR and ?? do not always look at it. */
export function binary(operator: BinaryOperator, left: Value, right: () => Value): Value {
  switch (operator) {
    case 'OR':
      return left === true ? true : or(left, right());
    case 'AND':
      return left === false ? false : and(left, right());
    case '??':
      return left === undefined ? right() : left;
    case '||':
      return concatenated(left, right());
    case '=':
      return equal(left, right());
    case '!=':
      return not(equal(left, right()));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return inOrder(operator, difference(left, right()));
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(operator, left, right());
  }
}

export function between(value: Value, low: Value, high: Value): Value {
  return binary(
    'AND',
    binary('>=', value, () => low),
    () => binary('<=', value, () => high),
  );
}

/** `%` stands for any text, `_` for one character; a character behind the escape character stands for itself. */
export function like(value: Value, pattern: Value, escaping: Value): Value {
  if (typeof value !== 'string' || typeof pattern !== 'string') return undefined;
  let expression = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === escaping) expression += literally(pattern.charAt(++at));
    else if (character === '%') expression += '.*';
    else if (character === '_') expression += '.';
    else expression += literally(character);
  }
  return new RegExp(`^${expression}$`, 's').test(value);
}

function literally(character: string): string {
  return character.replace(/[\^$.*+?()[\]{}|]/, '\\$&');
}

function or(left: Value, right: Value): Value {
  if (right === true) return true;
  return left === false && right === false ? false : undefined;
}

function and(left: Value, right: Value): Value {
  if (right === false) return false;
  return left === true && right === true ? true : undefined;
}

function concatenated(left: Value, right: Value): Value {
  return typeof left === 'string' && typeof right === 'string' ? left + right : undefined;
}

function inOrder(operator: '<' | '<=' | '>' | '>=', order: number | undefined): Value {
  if (order === undefined) return undefined;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function arithmetic(operator: '+' | '-' | '*' | '/' | '%', left: Value, right: Value): Value {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

/** Gives an expression its value in a scope: the document and the names bound to its parts. */
import { aggregateOf } from './aggregate.ts';
import { call } from './functions.ts';
import { between, binary, like, not } from './operators.ts';
import { rowsOf } from './rows.ts';
import type { Expression } from './syntax.ts';
import { defined, element, equal, property, record, type Value } from './values.ts';

export type Variables = Readonly<Record<string, Value>>;

export interface Scope {
  readonly variables: Variables;
  readonly parameters: Variables;
  /** The rows that aggregates fold; absent outside of a group. */
  readonly group?: readonly Variables[];
}

export function evaluate(expression: Expression, scope: Scope): Value {
  const value = (inner: Expression) => evaluate(inner, scope);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'parameter':
      return property(scope.parameters, expression.name);
    case 'variable':
      return property(scope.variables, expression.name);
    case 'property':
      return property(value(expression.of), expression.name);
    case 'element':
      return element(value(expression.of), value(expression.index));
    case 'not':
      return not(value(expression.of));
    case 'negative':
      return binary('-', 0, () => value(expression.of));
    case 'binary':
      return binary(expression.operator, value(expression.left), () => value(expression.right));
    case 'conditional':
      return value(value(expression.test) === true ? expression.then : expression.otherwise);
    case 'in':
      return isIn(value(expression.of), expression.list.map(value));
    case 'between':
      return between(value(expression.of), value(expression.low), value(expression.high));
    case 'like':
      return like(
        value(expression.of),
        value(expression.pattern),
        expression.escape && value(expression.escape),
      );
    case 'call':
      return call(expression.name, expression.arguments.map(value));
    case 'aggregate':
      return aggregateOf(expression, scope);
    case 'list':
      return defined(expression.items.map(value));
    case 'object':
      return record(expression.entries.map(([name, inner]) => [name, value(inner)]));
    case 'exists':
      return rowsOf(expression.select, scope).length > 0;
    case 'array':
      return defined(rowsOf(expression.select, scope).map((row) => row.value));
    case 'scalar':
      return rowsOf(expression.select, scope)[0]?.value;
  }
}

function isIn(value: Value, list: readonly Value[]): Value {
  return value === undefined ? undefined : list.some((item) => equal(value, item) === true);
}

/** COUNT, SUM, AVG, MIN and MAX over the rows of a group. Rows where the argument is missing do not take part. */
import { evaluate, type Scope } from './evaluate.ts';
import type { Aggregate, Expression } from './syntax.ts';
import { compare, defined, type Value } from './values.ts';

export function aggregateOf(
  expression: { readonly name: Aggregate; readonly of: Expression },
  scope: Scope,
): Value {
  const rows = scope.group ?? [scope.variables];
  const { parameters } = scope;
  const values = defined(rows.map((variables) => evaluate(expression.of, { variables, parameters })));
  switch (expression.name) {
    case 'COUNT':
      return values.length;
    case 'SUM':
      return sum(values);
    case 'AVG': {
      const total = sum(values);
      return total === undefined || values.length === 0 ? undefined : total / values.length;
    }
    case 'MIN':
      return values.toSorted(compare)[0];
    case 'MAX':
      return values.toSorted(compare).at(-1);
  }
}

function sum(values: readonly Value[]): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === values.length ? numbers.reduce((a, b) => a + b, 0) : undefined;
}

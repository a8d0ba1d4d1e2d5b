/** Turns the port's filters into Cosmos DB's SQL. Values always travel as parameters, and never in the text. */
import type { SqlParameter, SqlQuerySpec } from '@azure/cosmos';
import type { Filter, Query } from './port.ts';

export function sqlOf({ where, orderBy }: Query): SqlQuerySpec {
  const conditions = where.map((filter, index) => conditionOf(filter, `@p${index}`));
  const parameters = where.map(({ value }, index): SqlParameter => ({ name: `@p${index}`, value }));
  const query = [
    'SELECT * FROM c',
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : []),
    ...(orderBy ? [`ORDER BY ${pathOf(orderBy.field)} ${orderBy.direction === 'asc' ? 'ASC' : 'DESC'}`] : []),
  ].join(' ');
  return { query, parameters };
}

function conditionOf({ field, is }: Filter, parameter: string): string {
  const path = pathOf(field);
  return is === 'startsWith' ? `STARTSWITH(${path}, ${parameter})` : `${path} ${is} ${parameter}`;
}

/** Quoted, because a property may be named like a keyword: `spec.order` is `c["spec"]["order"]`. */
function pathOf(field: string): string {
  return `c${field
    .split('.')
    .map((name) => `[${JSON.stringify(name)}]`)
    .join('')}`;
}

import { describe, expect, test } from '@jest/globals';
import { sqlOf } from './cosmos-query.ts';

const everything = { container: 'clusters', where: [], limit: 10 } as const;

describe('a query in SQL', () => {
  test('everything', () => {
    expect(sqlOf(everything)).toEqual({ query: 'SELECT * FROM c', parameters: [] });
  });

  test('filters and order, with every value a parameter', () => {
    const sql = sqlOf({
      ...everything,
      where: [
        { field: 'spec.cloud.type', is: '=', value: 'aks' },
        { field: 'count', is: '<=', value: 3 },
        { field: 'id', is: 'startsWith', value: "a' OR true" },
      ],
      orderBy: { field: 'changedAt', direction: 'desc' },
    });
    expect(sql).toEqual({
      query:
        'SELECT * FROM c WHERE c["spec"]["cloud"]["type"] = @p0 AND c["count"] <= @p1 AND STARTSWITH(c["id"], @p2) ' +
        'ORDER BY c["changedAt"] DESC',
      parameters: [
        { name: '@p0', value: 'aks' },
        { name: '@p1', value: 3 },
        { name: '@p2', value: "a' OR true" },
      ],
    });
  });

  test('a name cannot leave its quotes', () => {
    const sql = sqlOf({ ...everything, where: [{ field: 'a"] OR true', is: '=', value: 1 }] });
    expect(sql.query).toBe('SELECT * FROM c WHERE c["a\\"] OR true"] = @p0');
  });
});

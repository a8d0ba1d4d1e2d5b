/** The syntax tree of a query: what the parser makes and the evaluator walks. Pure data, so a parsed query is kept. */

export type BinaryOperator =
  | 'OR'
  | 'AND'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '??';

export const AGGREGATES = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null | undefined }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'property'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'element'; readonly of: Expression; readonly index: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'not' | 'negative'; readonly of: Expression }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'in'; readonly of: Expression; readonly list: readonly Expression[] }
  | { readonly kind: 'between'; readonly of: Expression; readonly low: Expression; readonly high: Expression }
  | {
      readonly kind: 'like';
      readonly of: Expression;
      readonly pattern: Expression;
      readonly escape?: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'aggregate'; readonly name: Aggregate; readonly of: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly kind: 'exists' | 'array' | 'scalar'; readonly select: Select };

/** `FROM c`, `FROM t IN c.tags`, `FROM c.spec s`. */
export interface Source {
  readonly alias: string;
  /** Absent: the document itself. */
  readonly path?: Expression;
  readonly iterates: boolean;
}

export type Projection =
  | { readonly kind: 'everything' }
  | { readonly kind: 'value'; readonly of: Expression }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] };

export interface Field {
  readonly name: string;
  readonly of: Expression;
}

export interface Order {
  readonly by: Expression;
  readonly descending: boolean;
}

export interface Select {
  readonly distinct: boolean;
  readonly projection: Projection;
  readonly from?: Source;
  readonly joins: readonly Source[];
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly Order[];
  readonly top?: Expression;
  readonly offset?: Expression;
  readonly limit?: Expression;
  /** An aggregate stands in the projection: all rows (of a group) make one. */
  readonly aggregates: boolean;
}

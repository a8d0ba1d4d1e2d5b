/**
 * What an indexing policy does not allow. Filters work without an index, at a price that is not modelled here; ORDER BY
 * does not work at all. Source: Microsoft, «Indexing policies in Azure Cosmos DB».
 */
import type { ContainerDefinition } from './definitions.ts';
import { badRequest } from './errors.ts';
import type { Expression, Select } from './query/syntax.ts';

type Policy = NonNullable<ContainerDefinition['indexingPolicy']>;

/** One property needs its path indexed, two or more a composite index in the same or the opposite order. */
export function refuseWithoutIndex({ orderBy }: Select, { indexingPolicy }: ContainerDefinition): void {
  const wanted = orderBy.map(({ by, descending }) => ({ path: pathOf(by), descending }));
  if (wanted.length > 1 && !hasComposite(indexingPolicy, wanted)) {
    throw badRequest(
      'The order by query does not have a corresponding composite index that it can be served from.',
    );
  }
  const [only] = wanted;
  if (wanted.length === 1 && only && indexingPolicy && !isIndexed(indexingPolicy, only.path)) {
    throw badRequest('The index path corresponding to the specified order-by item is excluded.');
  }
}

/** `c.spec.name` is `/spec/name`. */
function pathOf(expression: Expression): string {
  if (expression.kind === 'property') return `${pathOf(expression.of)}/${expression.name}`;
  if (expression.kind !== 'element' || expression.index.kind !== 'literal') return '';
  return `${pathOf(expression.of)}/${expression.index.value}`;
}

interface Wanted {
  readonly path: string;
  readonly descending: boolean;
}

function hasComposite(policy: Policy | undefined, wanted: readonly Wanted[]): boolean {
  const serves = (index: NonNullable<Policy['compositeIndexes']>[number], reversed: boolean) =>
    index.length === wanted.length &&
    index.every(({ path, order }, at) => {
      const descending = (order === 'descending') !== reversed;
      return path === wanted[at]?.path && descending === wanted[at]?.descending;
    });
  return (policy?.compositeIndexes ?? []).some((index) => serves(index, false) || serves(index, true));
}

/** The more precise of the included and the excluded paths decides; the service always indexes `id` and `_ts`. */
function isIndexed({ includedPaths, excludedPaths }: Policy, path: string): boolean {
  if (path === '/id' || path === '/_ts') return true;
  const precision = (paths: readonly { readonly path: string }[] = []) =>
    Math.max(-1, ...paths.filter((given) => covers(given.path, path)).map((given) => given.path.length));
  const included = precision(includedPaths ?? [{ path: '/*' }]);
  return included >= 0 && included > precision(excludedPaths);
}

/** `/a/?` is the value at `/a`; `/a/*` is that and everything below. */
function covers(pattern: string, path: string): boolean {
  const start = pattern.replaceAll('"', '').replace(/\/[?*]$/, '');
  return pattern.endsWith('*') ? path === start || path.startsWith(`${start}/`) : path === start;
}

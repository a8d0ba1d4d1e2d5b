/**
 * Resource filters: tag expressions that narrow what a member sees of a project. `{and|or: [{tag, is|isNot}]}`, where an
 * item may be such a group again. A missing tag satisfies `isNot`. Parsing lives in lib/api/schemas/tag-filter.ts; this is
 * the meaning.
 */
import type { Tags } from './cluster.ts';

export type TagTest =
  | { readonly tag: string; readonly is: string }
  | { readonly tag: string; readonly isNot: string };

export type TagFilter =
  | { readonly and: readonly (TagTest | TagFilter)[] }
  | { readonly or: readonly (TagTest | TagFilter)[] };

/** `undefined` filters nothing out. Tags are case-sensitive. */
export function matchesTags(filter: TagFilter | undefined, tags: Tags): boolean {
  return filter === undefined || holds(filter, tags);
}

function holds(node: TagTest | TagFilter, tags: Tags): boolean {
  if ('and' in node) return node.and.every((inner) => holds(inner, tags));
  if ('or' in node) return node.or.some((inner) => holds(inner, tags));
  const value = Object.hasOwn(tags, node.tag) ? tags[node.tag] : undefined;
  return 'is' in node ? value === node.is : value !== node.isNot;
}

/** Paged lists and the few `$filter` expressions that Resource Manager understands. */
import { badRequest } from './errors.ts';
import type { Tags } from './state.ts';
import type { ArmReply, ArmRequest } from './world.ts';
import { reply } from './world.ts';

/** One page, with an absolute link to the next as long as there is one. */
export function pageOf(request: ArmRequest, items: readonly unknown[], pageSize: number): ArmReply {
  const from = offsetOf(request.query.get('$skiptoken'));
  const value = items.slice(from, from + pageSize);
  const next = from + pageSize;
  if (next >= items.length) return reply(200, { value });
  const query = new URLSearchParams(request.query);
  query.set('$skiptoken', Buffer.from(`after:${next}`).toString('base64url'));
  return reply(200, { value, nextLink: `${request.origin}${request.path}?${query}` });
}

function offsetOf(token: string | null): number {
  if (token === null) return 0;
  const match = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (!match) throw badRequest('InvalidSkipToken', `The skip token '${token}' is invalid.`);
  return Number(match[1]);
}

export interface Filtered {
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly tags: Tags;
}

/** Throws what Resource Manager answers to an expression that it does not support. */
export function filterBy<T extends Filtered>(items: readonly T[], filter: string | null): readonly T[] {
  if (!filter) return items;
  const terms = filter.split(/\s+and\s+/i).map(termOf);
  if (terms.some((term) => term === undefined)) throw unsupported(filter);
  const wanted = new Map(terms.filter((term) => term !== undefined));
  const tagName = wanted.get('tagname');
  const tagValue = wanted.get('tagvalue');
  // Tags combine with each other only; a value without a name says nothing.
  if (tagValue !== undefined && tagName === undefined) throw unsupported(filter);
  if (tagName !== undefined && wanted.size > (tagValue === undefined ? 1 : 2)) throw unsupported(filter);
  return items.filter(
    (item) =>
      same(wanted.get('resourcetype'), item.type) &&
      same(wanted.get('name'), item.name) &&
      same(wanted.get('location'), item.location) &&
      (tagName === undefined || hasTag(item.tags, tagName, tagValue)),
  );
}

function termOf(term: string): readonly [string, string] | undefined {
  const match =
    /^\s*\(?\s*(tagName|tagValue|resourceType|name|location)\s+eq\s+'((?:[^']|'')*)'\s*\)?\s*$/i.exec(term);
  const [, field, value] = match ?? [];
  return field === undefined || value === undefined
    ? undefined
    : [field.toLowerCase(), value.replaceAll("''", "'")];
}

const same = (wanted: string | undefined, actual: string): boolean =>
  wanted === undefined || wanted.toLowerCase() === actual.toLowerCase();

/** Tag names are case-insensitive, their values are not. */
function hasTag(tags: Tags, name: string, value: string | undefined): boolean {
  return Object.entries(tags).some(
    ([key, actual]) => key.toLowerCase() === name.toLowerCase() && (value === undefined || actual === value),
  );
}

const unsupported = (filter: string) =>
  badRequest('InvalidFilterInQueryString', `Invalid $filter '${filter}' specified in the query string.`);

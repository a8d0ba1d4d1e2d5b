/** Which session an attach asks for: source filter `com.microsoft:session-filter`, whose value is an id or null for any. */
import type { SenderLink } from './rhea.ts';

export const SESSION_FILTER = 'com.microsoft:session-filter';

export type WantedSession =
  | { readonly kind: 'none' }
  | { readonly kind: 'next' }
  | { readonly kind: 'named'; readonly id: string };

export function wantedSession(link: SenderLink): WantedSession {
  const filter = link.remote.attach.source?.filter;
  if (!filter || !(SESSION_FILTER in filter)) return { kind: 'none' };
  const id = plain(filter[SESSION_FILTER]);
  return typeof id === 'string' ? { kind: 'named', id } : { kind: 'next' };
}

/** Filters may come as described values, which rhea leaves wrapped. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

/**
 * The list of everything in a subscription or resource group. It is served from a cache of Resource Manager's own, so a
 * new resource is missing from it for a while and a deleted one stays: a client must not believe it over a GET.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { groupId, groupKeyOf, keyOf } from '../ids.ts';
import { filterBy, pageOf } from '../listing.ts';
import type { ResourceSummary } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { allResources, summaryOf } from './plain.ts';

function listed(world: World, groupKey: string | undefined, now: EpochMs): ResourceSummary[] {
  const { chance, settings, state } = world;
  const seen = allResources(state, groupKey)
    .map(summaryOf)
    .filter(({ key, createdAt, seeded }) => {
      const lag = chance.milliseconds(`new/${key}/${createdAt}`, settings.timings.listLag);
      return seeded || createdAt + lag <= now;
    });
  const keys = new Set(seen.map(({ key }) => key));
  const ghosts = state.ghosts
    .values()
    .filter(({ key, until }) => until > now && !keys.has(key))
    .filter(({ key, summary }) => summary.type.split('/').length === 2 && inScope(key, groupKey))
    .map(({ summary }) => summary);
  for (const ghost of state.ghosts.values()) if (ghost.until <= now) state.ghosts.delete(ghost.key);
  return [...seen, ...ghosts];
}

const inScope = (key: string, groupKey: string | undefined): boolean =>
  groupKey === undefined || groupKeyOf(key) === groupKey;

/** Documented: a filter by tag name and value leaves the tags out of the answer. */
function show(resource: ResourceSummary, expand: string, withTags: boolean) {
  const { id, name, type, location, tags, state, createdAt, changedAt } = resource;
  return {
    id,
    name,
    type,
    location,
    ...(withTags ? { tags } : {}),
    ...(/createdTime/i.test(expand) ? { createdTime: new Date(createdAt).toISOString() } : {}),
    ...(/changedTime/i.test(expand) ? { changedTime: new Date(changedAt).toISOString() } : {}),
    ...(/provisioningState/i.test(expand) ? { provisioningState: state } : {}),
  };
}

function list(world: World, request: ArmRequest, groupKey: string | undefined): ArmReply {
  const prefix = `/subscriptions/${keyOf(request.param('subscription'))}/`;
  const mine = listed(world, groupKey, request.now).filter(({ key }) => key.startsWith(prefix));
  const filter = request.query.get('$filter');
  const filtered = filterBy(mine, filter);
  const withTags = !/tagValue/i.test(filter ?? '');
  const expand = request.query.get('$expand') ?? '';
  const top = Number(request.query.get('$top') ?? Number.NaN);
  const shown = filtered.map((resource) => show(resource, expand, withTags));
  if (top > 0) return reply(200, { value: shown.slice(0, top) });
  return pageOf(request, shown, world.settings.pageSize);
}

const READ = 'Microsoft.Resources/subscriptions/resources/read';

export const genericResourceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/resources',
    operation: 'resources.list',
    action: READ,
    handle: (world, request) => list(world, request, undefined),
  },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/resourceGroups/{group}/resources',
    operation: 'resources.listByResourceGroup',
    action: 'Microsoft.Resources/subscriptions/resourceGroups/resources/read',
    handle: (world, request) =>
      list(world, request, keyOf(groupId(request.param('subscription'), request.param('group')))),
  },
];

/** Resources that behave alike: made, shown and removed here; what is special about a type is in its own file. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { keyOf, resourceId } from '../ids.ts';
import {
  type Ghost,
  nextCount,
  type PlainResource,
  type Properties,
  type ResourceBase,
  type ResourceGroup,
  type ResourceSummary,
  type State,
  type Tags,
} from '../state.ts';
import type { World } from '../world.ts';

export const newEtag = (world: World): string => world.chance.uuid(`etag/${nextCount(world.state, 'etag')}`);

export interface PlainInput {
  readonly group: ResourceGroup;
  readonly type: string;
  /** One per level of a nested type. */
  readonly names: readonly string[];
  readonly location: string;
  readonly tags?: Tags;
  readonly properties: Properties;
  readonly top?: Properties;
  readonly state: string;
}

/** A new record, not stored yet. */
export function plainResource(world: World, now: EpochMs, input: PlainInput): PlainResource {
  const { group, type, names, location, properties, state } = input;
  const id = resourceId(group.subscription, group.name, type, names);
  return {
    key: keyOf(id),
    id,
    type,
    name: names.at(-1) ?? '',
    subscription: group.subscription,
    group: group.name,
    location,
    tags: input.tags ?? {},
    etag: newEtag(world),
    state,
    createdAt: now,
    changedAt: now,
    seeded: false,
    properties,
    top: input.top ?? {},
  };
}

/** As a GET shows it. */
export function showPlain(resource: PlainResource): Properties {
  const isChild = resource.type.split('/').length > 2;
  return {
    id: resource.id,
    name: resource.name,
    type: resource.type,
    ...(resource.type.startsWith('Microsoft.Network/') ? { etag: networkEtag(resource) } : {}),
    ...(isChild ? {} : { location: resource.location, tags: resource.tags }),
    ...resource.top,
    properties: { ...resource.properties, provisioningState: resource.state },
  };
}

/** Network resources carry weak entity tags. */
export const networkEtag = ({ etag }: ResourceBase): string => `W/"${etag}"`;

export function summaryOf(resource: ResourceBase): ResourceSummary {
  const { key, id, type, name, location, tags, state, createdAt, changedAt, seeded } = resource;
  return { key, id, type, name, location, tags, state, createdAt, changedAt, seeded };
}

/** Takes a resource out of the world; lagging lists go on showing it for a while. */
export function forget(world: World, now: EpochMs, resource: ResourceBase): void {
  const { state, chance, settings } = world;
  state.resources.delete(resource.key);
  const lag = chance.milliseconds(`gone/${resource.key}/${now}`, settings.timings.listLag);
  const ghost: Ghost = { key: resource.key, summary: summaryOf(resource), until: now + lag };
  if (lag > 0) state.ghosts.put(resource.key, ghost);
}

/** Every top-level resource and child with a life of its own, of one resource group or of all. */
export function allResources(state: State, groupKey?: string): ResourceBase[] {
  if (groupKey === undefined)
    return [...state.clusters.values(), ...state.resources.values().filter((r) => !isChild(r))];
  return [...state.clusters.inGroup(groupKey), ...state.resources.inGroup(groupKey)];
}

const isChild = ({ type }: ResourceBase): boolean => type.split('/').length > 2;

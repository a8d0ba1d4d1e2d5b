/** Subnets written as part of their virtual network. */
import { z } from 'zod';
import type { PlainResource, Properties } from '../state.ts';
import type { ArmRequest, World } from '../world.ts';
import { forget, plainResource } from './plain.ts';
import { subnetPrefix } from './subnet-rules.ts';
import {
  checkSubnetRange,
  checkSubnetReferences,
  checkSubnetUnused,
  groupOf,
  SUBNET_TYPE,
  spacesOf,
  writableSubnet,
} from './subnets.ts';

export const inlineSubnet = z.looseObject({
  name: z.string(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
export type InlineSubnet = z.infer<typeof inlineSubnet>;

/** The list in a PUT is the whole list: subnets that it leaves out are deleted, or refused when they are in use. */
export function writeSubnets(
  world: World,
  request: ArmRequest,
  network: PlainResource,
  wanted: readonly InlineSubnet[] | undefined,
): void {
  const present = world.state.resources.inGroup(network.key);
  const keep = wanted === undefined && world.settings.virtualNetworkPutWithoutSubnets === 'keeps';
  const list = (keep ? present : (wanted ?? [])).map(({ name, properties }) => ({
    name,
    properties: writableSubnet(properties ?? {}),
  }));
  for (const subnet of present)
    if (!list.some(({ name }) => name.toLowerCase() === subnet.name.toLowerCase())) {
      checkSubnetUnused(world, subnet);
      forget(world, request.now, subnet);
    }
  for (const { name, properties } of list) {
    checkSubnetRange(name, properties, spacesOf(network.properties), list);
    checkSubnetReferences(world, name, properties);
    writeSubnet(world, request, network, { name, properties });
  }
}

function writeSubnet(
  world: World,
  request: ArmRequest,
  network: PlainResource,
  { name, properties }: { readonly name: string; readonly properties: Properties },
): void {
  const made = plainResource(world, request.now, {
    group: groupOf(world, request),
    type: SUBNET_TYPE,
    names: [network.name, name],
    location: network.location,
    properties,
    state: 'Succeeded',
  });
  const existing = world.state.resources.get(made.key);
  if (existing && subnetPrefix(existing) !== subnetPrefix({ properties })) checkSubnetUnused(world, existing);
  world.state.resources.put(
    made.key,
    existing ? { ...existing, properties, etag: made.etag, changedAt: request.now } : made,
  );
}

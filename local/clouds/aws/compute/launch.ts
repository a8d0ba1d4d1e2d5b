/** RunInstances: everything is checked before anything is made; the same client token gives the same instances. */
import type { Image } from '../catalogue/images.ts';
import type { InstanceType } from '../catalogue/instance-types.ts';
import type { Call } from '../core/call.ts';
import { onceForToken } from '../core/client-tokens.ts';
import { AwsFault, invalidValue } from '../core/fault.ts';
import { newId } from '../core/ids.ts';
import { takeLateError } from '../core/late.ts';
import { operation } from '../core/operation.ts';
import { born, put } from '../core/shelf.ts';
import { specifiedTags, type Tags } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { hasServiceLinkedRole } from '../identity/service-linked-roles.ts';
import { createInterface } from '../network/interfaces.ts';
import { tellState } from './announcements.ts';
import { endEarly } from './endings.ts';
import { reservationView } from './instance-view.ts';
import { INSTANCE, SPOT_REQUEST, VOLUME } from './kinds.ts';
import { type LaunchInput, launchInput } from './launch-input.ts';
import { checkKeyPair, checkUserData, imageOf, metadataOf, profileOf, typeOf } from './launch-machine.ts';
import { type LaunchPlace, placeOf } from './launch-place.ts';
import { checkCapacity, checkVcpus } from './launch-room.ts';
import { type VolumeOrder, volumesOf } from './launch-volumes.ts';
import type { Instance } from './model.ts';
import { type Bid, checkedBid } from './spot-market.ts';
import { instanceRecord } from './store.ts';
import { scheduleTurns } from './turns.ts';

const TAGGABLE = ['instance', 'volume', 'network-interface', 'spot-instances-request'] as const;
type Taggable = (typeof TAGGABLE)[number];

/** A request that EC2 accepts, with everything that it refers to. */
interface Blueprint {
  readonly call: Call<LaunchInput>;
  readonly type: InstanceType;
  readonly image: Image;
  readonly place: LaunchPlace;
  readonly volumes: readonly VolumeOrder[];
  readonly profile: Instance['profile'];
  readonly bid: Bid | undefined;
  readonly tags: Readonly<Record<Taggable, Tags>>;
  readonly reservationId: string;
}

export const runInstances = operation({
  input: launchInput,
  handle(world, call) {
    const ids = onceForToken(world, call, call.params.ClientToken, () => {
      const blueprint = blueprintOf(world, call);
      return Array.from({ length: call.params.MaxCount }, () => launchOne(world, blueprint));
    });
    return reservationView(
      world,
      ids.flatMap((id) => instanceRecord(world, id) ?? []),
      call.nowMs,
    );
  },
});

function blueprintOf(world: World, call: Call<LaunchInput>): Blueprint {
  const { params } = call;
  checkCounts(params);
  const type = typeOf(params);
  const image = imageOf(call, type);
  checkKeyPair(call);
  checkUserData(params);
  const tags = tagsByKind(params);
  const place = placeOf(world, call, type);
  const volumes = volumesOf(params, image);
  const profile = profileOf(world, call);
  const bid = bidOf(world, call, type, place);
  const room = {
    type,
    zone: place.subnet.zone,
    market: bid ? 'spot' : 'on-demand',
    count: params.MaxCount,
  } as const;
  checkVcpus(world, call, room);
  checkCapacity(world, call, room);
  return { call, type, image, place, volumes, profile, bid, tags, reservationId: newId(world, 'r') };
}

function checkCounts({ MinCount, MaxCount }: LaunchInput): void {
  if (MinCount < 1 || MaxCount < MinCount)
    throw invalidValue(String(MinCount), 'minCount', 'Expecting a value between 1 and maxCount.');
}

function tagsByKind({ TagSpecification }: LaunchInput): Blueprint['tags'] {
  const of = (kind: Taggable) => specifiedTags(TagSpecification, kind, TAGGABLE);
  return {
    instance: of('instance'),
    volume: of('volume'),
    'network-interface': of('network-interface'),
    'spot-instances-request': of('spot-instances-request'),
  };
}

function bidOf(
  world: World,
  call: Call<LaunchInput>,
  type: InstanceType,
  place: LaunchPlace,
): Bid | undefined {
  const options = call.params.InstanceMarketOptions;
  if (!options) return undefined;
  if (!hasServiceLinkedRole(world, call, 'spot.amazonaws.com'))
    throw new AwsFault(
      'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
      'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
      403,
    );
  return checkedBid(world, type, place.subnet.zone, options.SpotOptions.MaxPrice);
}

/** Gives the id. */
function launchOne(world: World, blueprint: Blueprint): string {
  const { call, type, image, place, profile, bid, tags, reservationId } = blueprint;
  const { params, nowMs } = call;
  const id = newId(world, 'i');
  const { subnet } = place;
  const primary = createInterface(world, {
    subnet,
    groupIds: place.groupIds,
    description: place.description,
    at: nowMs,
    tags: tags['network-interface'],
    attached: { instanceId: id, deleteOnTermination: place.deletesInterface },
    hasPublicIp: place.hasPublicIp,
    ...(place.privateIp === undefined ? {} : { privateIp: place.privateIp }),
  });
  const pendingMs = world.chance.milliseconds(`pending/${id}`, world.settings.timings.instancePending);
  const instance: Instance = {
    ...born(call, id, tags.instance),
    reservationId,
    imageId: image.id,
    instanceType: type.name,
    architecture: image.architecture,
    zone: subnet.zone,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    privateIp: primary.privateIp,
    interfaceId: primary.id,
    rootDevice: image.rootDevice,
    metadata: metadataOf(params.MetadataOptions),
    ebsOptimized: params.EbsOptimized,
    monitored: params.Monitoring?.Enabled ?? false,
    shutdownBehavior: params.InstanceInitiatedShutdownBehavior,
    isProtected: params.DisableApiTermination,
    launchedAt: nowMs,
    runsAt: nowMs + pendingMs,
    ...(params.KeyName === undefined ? {} : { keyName: params.KeyName }),
    ...(params.UserData === undefined ? {} : { userData: params.UserData }),
    ...(params.ClientToken === undefined ? {} : { clientToken: params.ClientToken }),
    ...(profile ? { profile } : {}),
    ...(bid ? { spot: { requestId: requestSpot(world, blueprint, id, bid), maxUsd: bid.maxUsd } } : {}),
  };
  put(world, INSTANCE, instance);
  makeVolumes(world, blueprint, id);
  scheduleTurns(world, instance);
  tellState(world, instance, 'pending', nowMs);
  const late = takeLateError(world, call);
  if (late) endEarly(world, instance, late);
  return id;
}

function makeVolumes(world: World, { call, place, volumes, tags }: Blueprint, instanceId: string): void {
  for (const { device, deleteOnTermination, ...order } of volumes)
    put(world, VOLUME, {
      ...born(call, newId(world, 'vol'), tags.volume),
      ...order,
      zone: place.subnet.zone,
      attachment: { instanceId, device, attachedAt: call.nowMs, deleteOnTermination },
    });
}

function requestSpot(
  world: World,
  { call, type, image, place, tags }: Blueprint,
  instanceId: string,
  bid: Bid,
) {
  const id = newId(world, 'sir');
  put(world, SPOT_REQUEST, {
    ...born(call, id, tags['spot-instances-request']),
    instanceId,
    instanceType: type.name,
    imageId: image.id,
    zone: place.subnet.zone,
    maxPrice: bid.maxPrice,
    state: 'active',
    status: 'fulfilled',
    statusAt: call.nowMs,
  });
  return id;
}

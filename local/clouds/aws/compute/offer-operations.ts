/** What is for sale: instance types, where they are offered, images, key pairs. */
import { z } from 'zod';
import { type Image, imagesIn } from '../catalogue/images.ts';
import { INSTANCE_TYPES, type InstanceType, isOffered } from '../catalogue/instance-types.ts';
import { type KeyPair, keyPairsIn } from '../catalogue/key-pairs.ts';
import { findRegion } from '../catalogue/regions.ts';
import { AwsFault } from '../core/fault.ts';
import { applyFilters, type FilterTable } from '../core/filters.ts';
import { isId } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { checkMaxResults, pageOf } from '../core/paging.ts';
import { filters, flag, list, paged, text } from '../core/parameters.ts';
import { imageView } from './image-view.ts';
import { instanceTypeView } from './instance-type-view.ts';

/** Nothing of this is anyone's to tag. */
const untagged = () => ({});
/** docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
const TYPES_PER_PAGE = 100;

const typeFilters: FilterTable<InstanceType> = {
  'instance-type': ({ name }) => name,
  'current-generation': () => true,
  'bare-metal': () => false,
  hypervisor: () => 'nitro',
  'processor-info.supported-architecture': ({ architecture }) => architecture,
  'supported-usage-class': () => ['on-demand', 'spot'],
  'supported-root-device-type': () => 'ebs',
  'supported-virtualization-type': () => 'hvm',
  'burstable-performance-supported': ({ burstable }) => burstable,
  'free-tier-eligible': ({ freeTier }) => freeTier,
  'instance-storage-supported': ({ localDiskGb }) => localDiskGb !== undefined,
  'vcpu-info.default-vcpus': ({ vCpus }) => String(vCpus),
  'memory-info.size-in-mib': ({ memoryMiB }) => String(memoryMiB),
};

const describeInstanceTypes = operation({
  input: z.strictObject({ InstanceType: list(text), ...paged }),
  handle(_world, call) {
    const { InstanceType, Filter, MaxResults, NextToken } = call.params;
    checkMaxResults(MaxResults, TYPES_PER_PAGE);
    const unknown = InstanceType.filter((name) => !INSTANCE_TYPES.some((type) => type.name === name));
    if (unknown.length > 0)
      throw new AwsFault(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    const named = INSTANCE_TYPES.filter(
      ({ name }) => InstanceType.length === 0 || InstanceType.includes(name),
    );
    const fitting = applyFilters(named, Filter, typeFilters, untagged);
    const page = pageOf(call, fitting, {
      size: MaxResults ?? TYPES_PER_PAGE,
      token: NextToken,
      question: [InstanceType, Filter],
    });
    return { instanceTypeSet: page.items.map(instanceTypeView), nextToken: page.nextToken };
  },
});

interface Offering {
  readonly instanceType: string;
  readonly locationType: 'region' | 'availability-zone' | 'availability-zone-id';
  readonly location: string;
}

function offeringsIn(regionName: string, locationType: Offering['locationType']): readonly Offering[] {
  const region = findRegion(regionName);
  return INSTANCE_TYPES.flatMap((type) => {
    const zones = region?.zones.filter(({ name }) => isOffered(type, name)) ?? [];
    const locations = {
      region: zones.length > 0 ? [regionName] : [],
      'availability-zone': zones.map(({ name }) => name),
      'availability-zone-id': zones.map(({ id }) => id),
    }[locationType];
    return locations.map((location) => ({ instanceType: type.name, locationType, location }));
  });
}

const describeInstanceTypeOfferings = operation({
  input: z.strictObject({
    LocationType: z.enum(['region', 'availability-zone', 'availability-zone-id']).default('region'),
    ...paged,
  }),
  handle(_world, call) {
    const { LocationType, Filter, MaxResults, NextToken } = call.params;
    checkMaxResults(MaxResults);
    const all = offeringsIn(call.region, LocationType);
    const table: FilterTable<Offering> = {
      'instance-type': ({ instanceType }) => instanceType,
      location: ({ location }) => location,
    };
    const fitting = applyFilters(all, Filter, table, untagged);
    const page = pageOf(call, fitting, {
      size: MaxResults,
      token: NextToken,
      question: [LocationType, Filter],
    });
    return { instanceTypeOfferingSet: page.items, nextToken: page.nextToken };
  },
});

const imageFilters: FilterTable<Image> = {
  'image-id': ({ id }) => id,
  name: ({ name }) => name,
  description: ({ description }) => description,
  architecture: ({ architecture }) => architecture,
  'creation-date': ({ createdAt }) => createdAt,
  'owner-id': ({ ownerId }) => ownerId,
  'owner-alias': () => undefined,
  state: () => 'available',
  'is-public': () => true,
  'image-type': () => 'machine',
  'root-device-type': () => 'ebs',
  'root-device-name': ({ rootDevice }) => rootDevice,
  'virtualization-type': () => 'hvm',
  hypervisor: () => 'xen',
  'ena-support': () => true,
  platform: () => undefined,
  'block-device-mapping.snapshot-id': ({ snapshotId }) => snapshotId,
};

const describeImages = operation({
  input: z.strictObject({
    ImageId: list(text),
    Owner: list(text),
    ExecutableBy: list(text),
    IncludeDeprecated: flag.optional(),
    IncludeDisabled: flag.optional(),
    ...paged,
  }),
  handle(_world, call) {
    const { ImageId, Owner, Filter, MaxResults, NextToken } = call.params;
    const all = imagesIn(call.region);
    checkImageIds(all, ImageId);
    const named = all
      .filter(({ id }) => ImageId.length === 0 || ImageId.includes(id))
      // `self` owns none: this account has made no images.
      .filter(({ ownerId }) => Owner.length === 0 || Owner.includes(ownerId));
    const fitting = applyFilters(named, Filter, imageFilters, untagged);
    const page = pageOf(call, fitting, {
      size: MaxResults,
      token: NextToken,
      question: [ImageId, Owner, Filter],
    });
    return { imagesSet: page.items.map(imageView), nextToken: page.nextToken };
  },
});

function checkImageIds(all: readonly Image[], ids: readonly string[]): void {
  const bad = ids.find((id) => !isId('ami', id));
  if (bad !== undefined)
    throw new AwsFault('InvalidAMIID.Malformed', `Invalid id: "${bad}" (expecting "ami-...")`);
  const absent = ids.filter((wanted) => !all.some(({ id }) => id === wanted));
  if (absent.length > 0)
    throw new AwsFault('InvalidAMIID.NotFound', `The image id '[${absent.join(', ')}]' does not exist`);
}

const describeKeyPairs = operation({
  input: z.strictObject({
    KeyName: list(text),
    KeyPairId: list(text),
    IncludePublicKey: flag.optional(),
    Filter: filters,
  }),
  handle(_world, call) {
    const { KeyName, KeyPairId, Filter } = call.params;
    const all = keyPairsIn(call.region);
    const absent =
      KeyName.find((wanted) => !all.some(({ name }) => name === wanted)) ??
      KeyPairId.find((wanted) => !all.some(({ id }) => id === wanted));
    if (absent !== undefined)
      throw new AwsFault('InvalidKeyPair.NotFound', `The key pair '${absent}' does not exist`);
    const isAsked = ({ name, id }: KeyPair) =>
      (KeyName.length === 0 && KeyPairId.length === 0) || KeyName.includes(name) || KeyPairId.includes(id);
    const table: FilterTable<KeyPair> = {
      'key-name': ({ name }) => name,
      'key-pair-id': ({ id }) => id,
      fingerprint: ({ fingerprint }) => fingerprint,
    };
    const fitting = applyFilters(all.filter(isAsked), Filter, table, untagged);
    return {
      keySet: fitting.map(({ id, name, fingerprint, createdAt }) => ({
        keyPairId: id,
        keyName: name,
        keyFingerprint: fingerprint,
        keyType: 'ed25519',
        createTime: createdAt,
        tagSet: [],
      })),
    };
  },
});

export const offerOperations: Operations = {
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstanceTypeOfferings: describeInstanceTypeOfferings,
  DescribeImages: describeImages,
  DescribeKeyPairs: describeKeyPairs,
};

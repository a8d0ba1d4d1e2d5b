/** What an instance shall be: type, image, key pair, user data, role, metadata. Everything is checked as EC2 checks it. */
import { findImage, type Image } from '../catalogue/images.ts';
import { findInstanceType, type InstanceType } from '../catalogue/instance-types.ts';
import { findKeyPair } from '../catalogue/key-pairs.ts';
import type { Call } from '../core/call.ts';
import { AwsFault, invalidValue } from '../core/fault.ts';
import { isId } from '../core/ids.ts';
import { authorize } from '../core/permission.ts';
import type { World } from '../core/world.ts';
import { entityKey, profilesOf, rolesOf } from '../identity/store.ts';
import type { LaunchInput } from './launch-input.ts';
import type { Instance, MetadataOptions } from './model.ts';

/** Before it is encoded: docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html */
const MAX_USER_DATA = 16_384;
const MAX_HOPS = 64;

export function typeOf({ InstanceType }: LaunchInput): InstanceType {
  const type = findInstanceType(InstanceType);
  if (!type) throw new AwsFault('InvalidParameterValue', `Invalid value '${InstanceType}' for InstanceType.`);
  return type;
}

export function imageOf({ region, params }: Call<LaunchInput>, { architecture }: InstanceType): Image {
  const { ImageId: id } = params;
  if (!isId('ami', id))
    throw new AwsFault('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  const image = findImage(region, id);
  if (!image) throw new AwsFault('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  if (image.architecture !== architecture)
    throw new AwsFault(
      'InvalidParameterValue',
      `The architecture '${architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  return image;
}

export function checkKeyPair({ region, params }: Call<LaunchInput>): void {
  const { KeyName: name } = params;
  if (name === undefined || findKeyPair(region, name)) return;
  throw new AwsFault('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
}

export function checkUserData({ UserData }: LaunchInput): void {
  if (UserData === undefined) return;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(UserData))
    throw new AwsFault('InvalidParameterValue', 'Invalid BASE64 encoding of user data.');
  if (Buffer.from(UserData, 'base64').length > MAX_USER_DATA)
    throw new AwsFault('InvalidParameterValue', `User data is limited to ${MAX_USER_DATA} bytes`);
}

/** Throws also while EC2 has not heard of the profile's role yet, and when the caller may not pass the role on. */
export function profileOf(world: World, call: Call<LaunchInput>): Instance['profile'] {
  const asked = call.params.IamInstanceProfile;
  if (!asked) return undefined;
  const name = asked.Name ?? asked.Arn?.split('/').at(-1) ?? '';
  const parameter = asked.Name === undefined ? 'iamInstanceProfile.arn' : 'iamInstanceProfile.name';
  const profile = profilesOf(world).get(entityKey({ account: call.account, name }));
  if (!profile || profile.usableAt > call.nowMs || (asked.Arn ?? profile.arn) !== profile.arn)
    throw invalidValue(asked.Name ?? asked.Arn ?? '', parameter, 'Invalid IAM Instance Profile name');
  const roleName = profile.roles[0];
  const role = roleName && rolesOf(world).get(entityKey({ account: call.account, name: roleName }));
  if (!role)
    throw invalidValue(name, parameter, `The IAM instance profile "${name}" has no associated IAM Roles`);
  authorize(world, call, 'iam:PassRole', role.arn, { 'iam:passedtoservice': ['ec2.amazonaws.com'] });
  return { id: profile.id, arn: profile.arn, name };
}

type MetadataInput = LaunchInput['MetadataOptions'];

export function metadataOf(
  asked: MetadataInput,
  former: MetadataOptions = STANDARD_METADATA,
): MetadataOptions {
  const hopLimit = asked.HttpPutResponseHopLimit ?? former.hopLimit;
  if (hopLimit < 1 || hopLimit > MAX_HOPS)
    throw invalidValue(
      String(hopLimit),
      'HttpPutResponseHopLimit',
      `Expecting a value between 1 and ${MAX_HOPS}.`,
    );
  return {
    tokens: asked.HttpTokens ?? former.tokens,
    hopLimit,
    endpoint: asked.HttpEndpoint ?? former.endpoint,
    tags: asked.InstanceMetadataTags ?? former.tags,
  };
}

const STANDARD_METADATA: MetadataOptions = {
  tokens: 'optional',
  hopLimit: 1,
  endpoint: 'enabled',
  tags: 'disabled',
};

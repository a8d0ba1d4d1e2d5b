/** Roles and instance profiles of an account. IAM is global: its records belong to no region. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { nextCount } from '../core/ids.ts';
import { type Tags, tagsOf } from '../core/tags.ts';
import { sees } from '../core/visibility.ts';
import type { World } from '../core/world.ts';

interface Entity {
  readonly account: string;
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly createdAt: EpochMs;
  readonly tags: Tags;
}

export interface Role extends Entity {
  readonly trust: string;
  readonly description?: string;
  /** Seconds. */
  readonly maxSession: number;
  /** Inline policies: documents by name. */
  readonly policies: Readonly<Record<string, string>>;
}

export interface Profile extends Entity {
  /** At most one name. */
  readonly roles: readonly string[];
  /** When EC2 knows of its role; IAM spreads slowly. */
  readonly usableAt: EpochMs;
}

export const rolesOf = (world: World) => world.records.table<Role>('iam-roles', ({ account }) => account);
export const profilesOf = (world: World) =>
  world.records.table<Profile>('iam-profiles', ({ account }) => account);

export const entityKey = ({ account, name }: Pick<Entity, 'account' | 'name'>): string =>
  `${account}/${name}`;

/** As it is, by ARN. */
export const roleByArn = (world: World, arn: string): Role | undefined =>
  rolesOf(world)
    .values()
    .find((role) => role.arn === arn);

/** Throws NoSuchEntity, also while this reader does not see it yet. */
export function findRole(world: World, call: Call, name: string): Role {
  const role = rolesOf(world).get(entityKey({ account: call.account, name }));
  if (role && sees(world, call, role.arn, role.createdAt)) return role;
  throw noSuch(`The role with name ${name} cannot be found.`);
}

export function findProfile(world: World, call: Call, name: string): Profile {
  const profile = profilesOf(world).get(entityKey({ account: call.account, name }));
  if (profile && sees(world, call, profile.arn, profile.createdAt)) return profile;
  throw noSuch(`Instance Profile ${name} cannot be found.`);
}

export const noSuch = (message: string): AwsFault => new AwsFault('NoSuchEntity', message);

interface Naming {
  readonly kind: 'role' | 'instance-profile';
  readonly name: string;
  readonly path: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

const MAX_NAME = { role: 64, 'instance-profile': 128 } as const;
const ID_PREFIX = { role: 'AROA', 'instance-profile': 'AIPA' } as const;

export function newEntity(world: World, call: Call, { kind, name, path, tags }: Naming): Entity {
  if (name.length > MAX_NAME[kind] || !/^[\w+=,.@-]+$/.test(name))
    throw new AwsFault(
      'ValidationError',
      'The specified value for the name is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    );
  const { account, nowMs } = call;
  const digits = world.chance.hex(`${kind}/${nextCount(world, kind)}`, 17).toUpperCase();
  return {
    account,
    name,
    id: `${ID_PREFIX[kind]}${digits}`,
    arn: `arn:aws:iam::${account}:${kind}${path}${name}`,
    path,
    createdAt: nowMs,
    tags: tagsOf(tags),
  };
}

export const alreadyExists = (kind: string, name: string): AwsFault =>
  new AwsFault('EntityAlreadyExists', `${kind} with name ${name} already exists.`);

export const tagViews = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const withoutKeys = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

/** Instance profiles: what gives an instance its role. EC2 learns of them some seconds after IAM. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, tag, text, whole } from '../core/parameters.ts';
import { tagsOf, withinLimit } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { roleView } from './roles.ts';
import {
  alreadyExists,
  entityKey,
  findProfile,
  findRole,
  newEntity,
  noSuch,
  type Profile,
  profilesOf,
  rolesOf,
  tagViews,
  withoutKeys,
} from './store.ts';

interface Named {
  readonly account: string;
  readonly params: { readonly InstanceProfileName: string };
}

const profileArn = ({ account, params }: Named): string =>
  `arn:aws:iam::${account}:instance-profile/${params.InstanceProfileName}`;

const named = z.strictObject({ InstanceProfileName: text });
const withRole = z.strictObject({ InstanceProfileName: text, RoleName: text });

export const profileOperations: Operations = {
  CreateInstanceProfile: operation({
    input: z.strictObject({ InstanceProfileName: text, Path: text.default('/'), Tags: list(tag) }),
    resource: profileArn,
    handle(world, call) {
      const { InstanceProfileName: name, Path: path, Tags: tags } = call.params;
      const entity = newEntity(world, call, { kind: 'instance-profile', name, path, tags });
      if (profilesOf(world).get(entityKey(entity))) throw alreadyExists('Instance Profile', name);
      const profile: Profile = { ...entity, roles: [], usableAt: spreadFrom(world, call, entity.arn) };
      profilesOf(world).put(entityKey(profile), profile);
      return { InstanceProfile: profileView(world, profile) };
    },
  }),
  GetInstanceProfile: operation({
    input: named,
    resource: profileArn,
    handle: (world, call) => ({
      InstanceProfile: profileView(world, findProfile(world, call, call.params.InstanceProfileName)),
    }),
  }),
  DeleteInstanceProfile: operation({
    input: named,
    resource: profileArn,
    handle(world, call) {
      const profile = findProfile(world, call, call.params.InstanceProfileName);
      if (profile.roles.length > 0)
        throw new AwsFault(
          'DeleteConflict',
          'Cannot delete entity, must remove roles from instance profile first.',
        );
      profilesOf(world).delete(entityKey(profile));
      return undefined;
    },
  }),
  AddRoleToInstanceProfile: operation({
    input: withRole,
    resource: profileArn,
    handle(world, call) {
      const profile = findProfile(world, call, call.params.InstanceProfileName);
      const role = findRole(world, call, call.params.RoleName);
      if (profile.roles.length > 0)
        throw new AwsFault('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
      const usableAt = spreadFrom(world, call, `role of ${profile.arn}`);
      profilesOf(world).put(entityKey(profile), { ...profile, roles: [role.name], usableAt });
      return undefined;
    },
  }),
  RemoveRoleFromInstanceProfile: operation({
    input: withRole,
    resource: profileArn,
    handle(world, call) {
      const { InstanceProfileName, RoleName } = call.params;
      const profile = findProfile(world, call, InstanceProfileName);
      if (!profile.roles.includes(RoleName))
        throw noSuch(`Role ${RoleName} is not in the instance profile ${InstanceProfileName}.`);
      profilesOf(world).put(entityKey(profile), { ...profile, roles: [] });
      return undefined;
    },
  }),
  TagInstanceProfile: operation({
    input: z.strictObject({ InstanceProfileName: text, Tags: list(tag) }),
    resource: profileArn,
    handle(world, call) {
      const profile = findProfile(world, call, call.params.InstanceProfileName);
      const tags = withinLimit({ ...profile.tags, ...tagsOf(call.params.Tags) });
      profilesOf(world).put(entityKey(profile), { ...profile, tags });
      return undefined;
    },
  }),
  UntagInstanceProfile: operation({
    input: z.strictObject({ InstanceProfileName: text, TagKeys: list(text) }),
    resource: profileArn,
    handle(world, call) {
      const profile = findProfile(world, call, call.params.InstanceProfileName);
      const tags = withoutKeys(profile.tags, call.params.TagKeys);
      profilesOf(world).put(entityKey(profile), { ...profile, tags });
      return undefined;
    },
  }),
  ListInstanceProfilesForRole: operation({
    input: z.strictObject({ RoleName: text, Marker: text.optional(), MaxItems: whole.optional() }),
    handle(world, call) {
      const { name } = findRole(world, call, call.params.RoleName);
      const profiles = profilesOf(world)
        .inGroup(call.account)
        .filter(({ roles }) => roles.includes(name));
      return { InstanceProfiles: profiles.map((profile) => profileView(world, profile)), IsTruncated: false };
    },
  }),
};

const spreadFrom = (world: World, { nowMs }: Call, what: string): number =>
  nowMs + world.chance.milliseconds(`spread/${what}/${nowMs}`, world.settings.timings.profileSpread);

const profileView = (world: World, profile: Profile) => ({
  Path: profile.path,
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.id,
  Arn: profile.arn,
  CreateDate: iso(profile.createdAt),
  Roles: profile.roles.flatMap((name) => {
    const role = rolesOf(world).get(entityKey({ account: profile.account, name }));
    return role ? [roleView(role)] : [];
  }),
  Tags: tagViews(profile.tags),
});

/** Roles with their trust policy and inline policies: docs.aws.amazon.com/IAM/latest/APIReference */
import { z } from 'zod';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, tag, text, whole } from '../core/parameters.ts';
import { tagsOf, withinLimit } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import { parsePolicy } from './policy-document.ts';
import {
  alreadyExists,
  entityKey,
  findRole,
  newEntity,
  noSuch,
  profilesOf,
  type Role,
  rolesOf,
  tagViews,
  withoutKeys,
} from './store.ts';

/** Characters of all inline policies of a role, white space not counted. */
const INLINE_LIMIT = 10_240;
const DEFAULT_SESSION_SECONDS = 3600;

const roleArn = ({ account, params }: { account: string; params: { RoleName: string } }): string =>
  `arn:aws:iam::${account}:role/${params.RoleName}`;

const named = z.strictObject({ RoleName: text });
const policyNamed = z.strictObject({ RoleName: text, PolicyName: text });

export const roleOperations: Operations = {
  CreateRole: operation({
    input: z.strictObject({
      RoleName: text,
      AssumeRolePolicyDocument: text,
      Path: text.default('/'),
      Description: text.optional(),
      MaxSessionDuration: whole.default(DEFAULT_SESSION_SECONDS),
      Tags: list(tag),
    }),
    resource: roleArn,
    handle(world, call) {
      const { RoleName: name, AssumeRolePolicyDocument: trust, Description, Path: path, Tags } = call.params;
      checkPolicy(trust, 'trust');
      const entity = newEntity(world, call, { kind: 'role', name, path, tags: Tags });
      if (rolesOf(world).get(entityKey(entity))) throw alreadyExists('Role', name);
      const role: Role = {
        ...entity,
        trust,
        maxSession: call.params.MaxSessionDuration,
        policies: {},
        ...(Description === undefined ? {} : { description: Description }),
      };
      rolesOf(world).put(entityKey(role), role);
      return { Role: roleView(role) };
    },
  }),
  GetRole: operation({
    input: named,
    resource: roleArn,
    handle: (world, call) => ({ Role: roleView(findRole(world, call, call.params.RoleName)) }),
  }),
  DeleteRole: operation({
    input: named,
    resource: roleArn,
    handle(world, call) {
      const role = findRole(world, call, call.params.RoleName);
      if (Object.keys(role.policies).length > 0)
        throw new AwsFault('DeleteConflict', 'Cannot delete entity, must delete policies first.');
      const users = profilesOf(world).inGroup(call.account);
      if (users.some(({ roles }) => roles.includes(role.name)))
        throw new AwsFault(
          'DeleteConflict',
          'Cannot delete entity, must remove roles from instance profile first.',
        );
      rolesOf(world).delete(entityKey(role));
      return undefined;
    },
  }),
  ListRoles: operation({
    input: z.strictObject({
      PathPrefix: text.default('/'),
      Marker: text.optional(),
      MaxItems: whole.optional(),
    }),
    handle: (world, call) => ({
      Roles: rolesOf(world)
        .inGroup(call.account)
        .filter(({ path }) => path.startsWith(call.params.PathPrefix))
        .map(roleView),
      IsTruncated: false,
    }),
  }),
  TagRole: operation({
    input: z.strictObject({ RoleName: text, Tags: list(tag) }),
    resource: roleArn,
    handle(world, call) {
      const role = findRole(world, call, call.params.RoleName);
      const tags = withinLimit({ ...role.tags, ...tagsOf(call.params.Tags) });
      rolesOf(world).put(entityKey(role), { ...role, tags });
      return undefined;
    },
  }),
  UntagRole: operation({
    input: z.strictObject({ RoleName: text, TagKeys: list(text) }),
    resource: roleArn,
    handle(world, call) {
      const role = findRole(world, call, call.params.RoleName);
      rolesOf(world).put(entityKey(role), { ...role, tags: withoutKeys(role.tags, call.params.TagKeys) });
      return undefined;
    },
  }),
  PutRolePolicy: operation({
    input: z.strictObject({ RoleName: text, PolicyName: text, PolicyDocument: text }),
    resource: roleArn,
    handle(world, call) {
      const { RoleName, PolicyName, PolicyDocument } = call.params;
      const role = findRole(world, call, RoleName);
      checkPolicy(PolicyDocument, 'identity');
      const policies = { ...role.policies, [PolicyName]: PolicyDocument };
      if (Object.values(policies).join('').replaceAll(/\s/g, '').length > INLINE_LIMIT)
        throw new AwsFault(
          'LimitExceeded',
          `Maximum policy size of ${INLINE_LIMIT} bytes exceeded for role ${RoleName}`,
        );
      rolesOf(world).put(entityKey(role), { ...role, policies });
      return undefined;
    },
  }),
  GetRolePolicy: operation({
    input: policyNamed,
    resource: roleArn,
    handle(world, call) {
      const { RoleName, PolicyName } = call.params;
      const document = findRole(world, call, RoleName).policies[PolicyName];
      if (document === undefined) throw noPolicy(PolicyName);
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
  }),
  DeleteRolePolicy: operation({
    input: policyNamed,
    resource: roleArn,
    handle(world, call) {
      const role = findRole(world, call, call.params.RoleName);
      const { [call.params.PolicyName]: gone, ...policies } = role.policies;
      if (gone === undefined) throw noPolicy(call.params.PolicyName);
      rolesOf(world).put(entityKey(role), { ...role, policies });
      return undefined;
    },
  }),
  ListRolePolicies: operation({
    input: z.strictObject({ RoleName: text, Marker: text.optional(), MaxItems: whole.optional() }),
    resource: roleArn,
    handle: (world, call) => ({
      PolicyNames: Object.keys(findRole(world, call, call.params.RoleName).policies),
      IsTruncated: false,
    }),
  }),
  ListAttachedRolePolicies: operation({
    input: z.strictObject({ RoleName: text, Marker: text.optional(), MaxItems: whole.optional() }),
    resource: roleArn,
    handle(world, call) {
      findRole(world, call, call.params.RoleName);
      // This AWS has no managed policies: none is ever attached.
      return { AttachedPolicies: [], IsTruncated: false };
    },
  }),
};

function checkPolicy(document: string, kind: 'identity' | 'trust'): void {
  const parsed = parsePolicy(document, kind);
  if (!parsed.ok) throw new AwsFault('MalformedPolicyDocument', parsed.message);
}

const noPolicy = (name: string): AwsFault => noSuch(`The role policy with name ${name} cannot be found.`);

export const roleView = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: iso(role.createdAt),
  AssumeRolePolicyDocument: encodeURIComponent(role.trust),
  Description: role.description,
  MaxSessionDuration: role.maxSession,
  Tags: tagViews(role.tags),
});

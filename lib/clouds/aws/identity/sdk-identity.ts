/** IdentityPort over IAM. Calls of one pair follow each other: a role is in a profile only after both exist. */
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { ok, type Result } from '../../../domain/errors.ts';
import { orAbsent } from '../absence.ts';
import { canonicalText } from '../canonical-text.ts';
import { isCode, settle } from '../errors.ts';
import { unlessAbsent, whenKnown } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { tagList, tagMap } from '../tags.ts';
import { TRUST_POLICY } from './policies.ts';
import type {
  IdentityDraft,
  IdentityGap,
  IdentityPort,
  IdentitySeen,
  ProfileSeen,
  RoleSeen,
} from './port.ts';

const POLICY_NAME = 'slipway';

export function openIdentity({ iam }: Pick<AwsSession, 'iam'>): IdentityPort {
  return {
    find: (name) => find(iam, name),
    ensure: (draft, gap) => ensure(iam, draft, gap),
    remove: (name) => remove(iam, name),
  };
}

async function find(iam: IAMClient, name: string): Promise<Result<IdentitySeen>> {
  const [role, profile] = await Promise.all([
    findRole(iam, name),
    settle('iam.getInstanceProfile', () =>
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })),
    ),
  ]);
  const seen = orAbsent(profile);
  if (!role.ok) return role;
  if (!seen.ok) return seen;
  const instanceProfile = seen.value?.InstanceProfile;
  return ok({
    ...(role.value === undefined ? {} : { role: role.value }),
    ...(instanceProfile === undefined ? {} : { profile: toProfile(instanceProfile) }),
  });
}

async function findRole(iam: IAMClient, name: string): Promise<Result<RoleSeen | undefined>> {
  const role = orAbsent(await settle('iam.getRole', () => iam.send(new GetRoleCommand({ RoleName: name }))));
  if (!role.ok) return role;
  if (role.value?.Role === undefined) return ok(undefined);
  const policy = orAbsent(
    await settle('iam.getRolePolicy', () =>
      iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: POLICY_NAME })),
    ),
  );
  if (!policy.ok) return policy;
  return ok(toRole(role.value.Role.Tags, readDocument(policy.value?.PolicyDocument)));
}

function toRole(tags: Parameters<typeof tagMap>[0], policy: string | undefined): RoleSeen {
  return { tags: tagMap(tags), ...(policy === undefined ? {} : { policy }) };
}

function toProfile(profile: {
  readonly Roles?: readonly { readonly RoleName?: string | undefined }[] | undefined;
  readonly Tags?: Parameters<typeof tagMap>[0];
}): ProfileSeen {
  return {
    tags: tagMap(profile.Tags),
    roles: (profile.Roles ?? []).flatMap(({ RoleName }) => RoleName ?? []),
  };
}

/** IAM gives documents back URL-encoded. */
function readDocument(encoded: string | undefined): string | undefined {
  return encoded === undefined ? undefined : canonicalText(decodeURIComponent(encoded));
}

async function ensure(
  iam: IAMClient,
  { name, policy, tags }: IdentityDraft,
  gap: IdentityGap,
): Promise<Result<void>> {
  const Tags = tagList(tags);
  const create = { RoleName: name, AssumeRolePolicyDocument: TRUST_POLICY, Tags };
  return inTurn([
    ...(gap.role
      ? [() => existing(settle('iam.createRole', () => iam.send(new CreateRoleCommand(create))))]
      : []),
    ...(gap.policy
      ? [
          () =>
            settle('iam.putRolePolicy', () =>
              iam.send(
                new PutRolePolicyCommand({ RoleName: name, PolicyName: POLICY_NAME, PolicyDocument: policy }),
              ),
            ),
        ]
      : []),
    ...(gap.profile
      ? [
          () =>
            existing(
              settle('iam.createInstanceProfile', () =>
                iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name, Tags })),
              ),
            ),
        ]
      : []),
    ...(gap.membership
      ? [
          () =>
            member(
              settle('iam.addRoleToInstanceProfile', () =>
                iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name })),
              ),
            ),
        ]
      : []),
  ]);
}

/** What a lost answer has made is as good. */
async function existing(answer: Promise<Result<unknown>>): Promise<Result<unknown>> {
  const settled = await answer;
  return settled.ok || !isCode(settled.error, 'EntityAlreadyExists') ? settled : ok(undefined);
}

/** A profile holds one role; the names are the cluster's own, so the one in it is ours. */
async function member(answer: Promise<Result<unknown>>): Promise<Result<unknown>> {
  const settled = await answer;
  return settled.ok || !isCode(settled.error, 'LimitExceeded') ? settled : ok(undefined);
}

async function remove(iam: IAMClient, name: string): Promise<Result<void>> {
  const listed = orAbsent(
    await settle('iam.listRolePolicies', () => iam.send(new ListRolePoliciesCommand({ RoleName: name }))),
  );
  if (!listed.ok) return listed;
  const policies = listed.value?.PolicyNames ?? [];
  return inTurn([
    ...policies.map(
      (PolicyName) => async () =>
        unlessAbsent(
          await settle('iam.deleteRolePolicy', () =>
            iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName })),
          ),
        ),
    ),
    async () =>
      unlessAbsent(
        await settle('iam.removeRoleFromInstanceProfile', () =>
          iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName: name })),
        ),
      ),
    async () =>
      unlessAbsent(
        await settle('iam.deleteInstanceProfile', () =>
          iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: name })),
        ),
      ),
    async () =>
      unlessAbsent(await settle('iam.deleteRole', () => iam.send(new DeleteRoleCommand({ RoleName: name })))),
  ]);
}

/** One after the other until one is refused; what is not visible yet passes by itself. */
async function inTurn(calls: readonly (() => Promise<Result<unknown>>)[]): Promise<Result<void>> {
  for (const call of calls) {
    const answer = whenKnown(await call());
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}

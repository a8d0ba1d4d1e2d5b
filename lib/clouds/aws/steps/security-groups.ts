/**
 * Five security groups by name (bastion, control plane, nodes, API load balancer, load balancers of Kubernetes). All
 * are made before any rule, because rules name groups; and all rules go before any group does, for the same reason.
 */
import type { ClusterView, LedgerEntry, Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, blocked, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { type EpochMs, type Instant, toInstant } from '../../../domain/time.ts';
import { keyOf } from '../names.ts';
import type { NetworkOptions } from '../network/context.ts';
import { ACCOUNT_STEP, GATEWAY_STEP, textOf, VPC_STEP, vpcOf } from '../network/outputs.ts';
import { listed } from '../network/recorded.ts';
import { INTERFACE_LOOK_MS, mayHide, SETTLING_LOOK_MS } from '../network/timing.ts';
import { together } from '../network/together.ts';
import { GROUP_ROLES, GROUPS_STEP, type GroupIds, type GroupRole, groupsOf } from '../outputs.ts';
import type { GroupDraft, GroupSeen, MemberSeen, RuleSeen, SecurityPort } from '../security/port.ts';
import { type RuleChanges, type RuleTable, ruleChanges, ruleTable } from '../security/rules.ts';
import { kubernetesTag, tagsFor, UID_TAG } from '../tags.ts';

export interface SecurityContext {
  readonly security: SecurityPort;
  now(): EpochMs;
}

interface WantedGroup {
  readonly role: GroupRole;
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
}

export interface GroupsDesired {
  readonly uid: string;
  readonly deleting: boolean;
  readonly speed: number;
  readonly vpcId?: string;
  readonly groups: readonly WantedGroup[];
  readonly rules: RuleTable;
  readonly recorded: GroupIds;
  readonly since?: Instant;
}

export interface GroupsObserved {
  readonly groups: readonly GroupSeen[];
  readonly rules: readonly RuleSeen[];
  /** While deleting only. */
  readonly members: readonly MemberSeen[];
}

export type GroupsAction =
  | { readonly kind: 'create'; readonly groups: readonly WantedGroup[] }
  | { readonly kind: 'rules'; readonly changes: readonly RuleChanges[] }
  | { readonly kind: 'revoke'; readonly rules: readonly RuleSeen[] }
  | { readonly kind: 'delete'; readonly groups: readonly GroupSeen[] };

export function planGroups(
  desired: GroupsDesired,
  observed: GroupsObserved,
  nowMs: EpochMs,
): Plan<GroupsAction> {
  const foreign = observed.groups.filter((group) => !isOurs(desired, group));
  if (desired.deleting) return planRemoval(desired, observed);
  if (foreign.length > 0) {
    const names = listed(foreign.map(({ name, id }) => `${name} (${id})`));
    return blocked(
      'SecurityGroupNotOurs',
      `Security group ${names} is not of this cluster. Rename or delete it.`,
    );
  }
  const missing = desired.groups.filter(({ name }) => !observed.groups.some((group) => group.name === name));
  const hiding = missing.filter(({ role }) => desired.recorded[role] !== undefined);
  if (hiding.length > 0 && mayHide(desired.since, nowMs, desired.speed)) {
    return wait(SETTLING_LOOK_MS, 'CreatingSecurityGroups');
  }
  if (missing.length > 0) return act({ kind: 'create', groups: missing }, 'CreatingSecurityGroups');
  const changes = ruleChanges(desired.rules, idsOf(desired, observed.groups), observed.rules);
  if (changes.length > 0) return act({ kind: 'rules', changes }, 'SettingRules');
  return done('SecurityGroupsReady');
}

/** Tags may be seen later than the group that was made with them; what we recorded is ours anyway. */
function isOurs({ uid, recorded }: GroupsDesired, { id, tags }: GroupSeen): boolean {
  return tags[UID_TAG] === uid || Object.values(recorded).includes(id);
}

function planRemoval(desired: GroupsDesired, { groups, rules, members }: GroupsObserved): Plan<GroupsAction> {
  const { uid } = desired;
  const ours = groups.filter((group) => isOurs(desired, group));
  if (ours.length === 0) return done('SecurityGroupsGone');
  if (rules.length > 0) return act({ kind: 'revoke', rules }, 'RevokingRules');
  const foreign = members.filter((member) => !member.requesterManaged && member.tags[UID_TAG] !== uid);
  if (foreign.length > 0) {
    const names = listed(foreign.map(nameOf));
    return blocked(
      'SecurityGroupInUse',
      `Network interface ${names} is not of this cluster and uses its security groups. Take the groups off it.`,
    );
  }
  if (members.length > 0) {
    const message = `Waiting for network interface ${listed(members.map(nameOf))} to go.`;
    return wait(INTERFACE_LOOK_MS, 'WaitingForInterfaces', { message });
  }
  return act({ kind: 'delete', groups: ours }, 'DeletingSecurityGroups');
}

const nameOf = ({ id, description }: MemberSeen): string =>
  description === '' ? id : `${id} (${description})`;

export function securityGroupsStep({
  speed,
}: NetworkOptions): Step<SecurityContext, GroupsDesired, GroupsObserved, GroupsAction> {
  return {
    name: GROUPS_STEP,
    title: 'Create the security groups',
    condition: 'CreatingInfrastructure',
    // The gateway cannot be detached before the load balancer's addresses are gone, which is when groups can go.
    after: [ACCOUNT_STEP, VPC_STEP, GATEWAY_STEP],
    desired: (view) => desiredGroups(view, speed),
    observe: observeGroups,
    plan: planGroups,
    act: actOnGroups,
    read(desired, { groups }) {
      const ours = groups.filter((group) => isOurs(desired, group));
      const fresh = ours.some(({ id }) => !Object.values(desired.recorded).includes(id));
      return {
        ...(desired.deleting || !fresh ? {} : { outputs: { ...idsOf(desired, ours) } }),
        resources: ours.map((group) => rowOf(desired, group)),
      };
    },
  };
}

function desiredGroups(view: ClusterView, speed: number): GroupsDesired {
  const vpcId = vpcOf(view)?.id;
  const since = textOf(view.outputs(GROUPS_STEP).since);
  return {
    uid: view.id,
    deleting: view.deleting,
    speed,
    groups: GROUP_ROLES.map((role) => wantedGroup(view, role)),
    rules: ruleTable(view),
    recorded: groupsOf(view),
    ...(vpcId === undefined ? {} : { vpcId }),
    ...(since === undefined ? {} : { since }),
  };
}

const PURPOSES = {
  bastion: 'the bastion',
  controlplane: 'the control plane',
  node: 'all machines',
  'apiserver-lb': 'the load balancer of the API server',
  lb: 'load balancers that Kubernetes makes',
} as const satisfies Record<GroupRole, string>;

/** Exactly one group may carry Kubernetes' own tag: with two its controller refuses to make load balancers. */
function wantedGroup(view: ClusterView, role: GroupRole): WantedGroup {
  const name = `${keyOf(view)}-${role}`;
  const more: Tags = role === 'lb' ? { [kubernetesTag(view)]: 'owned' } : {};
  return {
    role,
    name,
    description: `Slipway cluster ${view.name}, ${PURPOSES[role]}`,
    tags: tagsFor(view, role, name, more),
  };
}

async function observeGroups(
  { security }: SecurityContext,
  { groups, vpcId, deleting, uid }: GroupsDesired,
): Promise<Result<GroupsObserved>> {
  const seen = await security.groups(
    groups.map(({ name }) => name),
    vpcId,
  );
  if (!seen.ok) return seen;
  const ids = seen.value.filter((group) => group.tags[UID_TAG] === uid).map(({ id }) => id);
  const [rules, members] = await Promise.all([
    security.ingress(ids),
    deleting ? security.members(ids) : ok([]),
  ]);
  if (!rules.ok) return rules;
  if (!members.ok) return members;
  return ok({ groups: seen.value, rules: rules.value, members: members.value });
}

function idsOf({ groups, recorded }: GroupsDesired, seen: readonly GroupSeen[]): GroupIds {
  const visible = groups.flatMap(({ role, name }) => {
    const group = seen.find((candidate) => candidate.name === name);
    return group === undefined ? [] : [[role, group.id] as const];
  });
  return { ...recorded, ...Object.fromEntries(visible) };
}

async function actOnGroups(
  { security, now }: SecurityContext,
  desired: GroupsDesired,
  action: GroupsAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'create': {
      const { vpcId = '' } = desired;
      const made = await together(
        action.groups.map(async (group) => {
          const id = await security.create(draftOf(group, vpcId));
          return id.ok ? ok([group.role, id.value] as const) : id;
        }),
      );
      if (!made.ok) return made;
      const outputs = { ...Object.fromEntries(made.value), since: toInstant(now()) };
      return ok({ event: `Created security groups in ${vpcId}`, outputs, lookAfterMs: 0 });
    }
    case 'rules': {
      const changed = await together(action.changes.map((change) => applyChange(security, change)));
      if (!changed.ok) return changed;
      return ok({ event: 'Set the rules of the security groups', lookAfterMs: 0 });
    }
    case 'revoke': {
      const groupIds = [...new Set(action.rules.map(({ groupId }) => groupId))];
      const revoked = await together(
        groupIds.map((groupId) => {
          const rules = action.rules.filter((rule) => rule.groupId === groupId);
          return security.revoke(
            groupId,
            rules.map(({ id }) => id),
          );
        }),
      );
      if (!revoked.ok) return revoked;
      return ok({ event: 'Took the rules of the security groups back', lookAfterMs: 0 });
    }
    case 'delete': {
      const deleted = await together(action.groups.map(({ id }) => security.remove(id)));
      if (!deleted.ok) return deleted;
      return ok({ event: 'Deleted the security groups', lookAfterMs: 0 });
    }
  }
}

function draftOf({ name, description, tags }: WantedGroup, vpcId: string): GroupDraft {
  return { name, description, vpcId, tags };
}

async function applyChange(
  security: SecurityPort,
  { groupId, missing, stale }: RuleChanges,
): Promise<Result<void>> {
  if (missing.length > 0) {
    const added = await security.authorize(groupId, missing);
    if (!added.ok) return added;
  }
  if (stale.length === 0) return ok(undefined);
  return security.revoke(
    groupId,
    stale.map(({ id }) => id),
  );
}

function rowOf({ groups }: GroupsDesired, { id, name }: GroupSeen): LedgerEntry {
  const role = groups.find((group) => group.name === name)?.role ?? 'security-group';
  return { kind: 'AWS::EC2::SecurityGroup', id, name, role, origin: 'created', state: 'Exists' };
}

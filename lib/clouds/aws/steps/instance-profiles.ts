/**
 * What machines are allowed to do: a role and an instance profile of the same name for control-plane machines and one
 * for workers, by name. IAM takes a while to tell EC2 of them; launches wait that out.
 */
import type { ClusterView, LedgerEntry, Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { act, blocked, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { type EpochMs, type Instant, toInstant } from '../../../domain/time.ts';
import { rolePolicy } from '../identity/policies.ts';
import type {
  IdentityDraft,
  IdentityGap,
  IdentityPort,
  IdentitySeen,
  ProfileRole,
} from '../identity/port.ts';
import { instanceProfileName } from '../names.ts';
import type { NetworkOptions } from '../network/context.ts';
import { ACCOUNT_STEP, textOf } from '../network/outputs.ts';
import { listed } from '../network/recorded.ts';
import { mayHide, SETTLING_LOOK_MS } from '../network/timing.ts';
import { together } from '../network/together.ts';
import { PROFILES_STEP } from '../outputs.ts';
import { tagsFor, UID_TAG } from '../tags.ts';

export interface IdentityContext {
  readonly identity: IdentityPort;
  now(): EpochMs;
}

export interface ProfilesDesired {
  readonly uid: string;
  readonly deleting: boolean;
  readonly speed: number;
  readonly pairs: readonly IdentityDraft[];
  /** While deleting: IAM said that they are gone. */
  readonly removed: boolean;
  /** When they were last completed. */
  readonly since?: Instant;
}

export interface PairSeen extends IdentitySeen {
  readonly name: string;
}

interface Gap extends IdentityGap {
  readonly name: string;
}

export type ProfilesAction =
  | { readonly kind: 'ensure'; readonly gaps: readonly Gap[] }
  | { readonly kind: 'remove'; readonly names: readonly string[] };

const ROLES: readonly ProfileRole[] = ['controlplane', 'node'];

export function planProfiles(
  desired: ProfilesDesired,
  seen: readonly PairSeen[],
  nowMs: EpochMs,
): Plan<ProfilesAction> {
  if (desired.deleting) return planRemoval(desired, seen);
  const foreign = seen.filter((pair) => isForeign(pair, desired.uid)).map(({ name }) => name);
  if (foreign.length > 0) {
    // Tags may be seen later than what was made with them.
    if (mayHide(desired.since, nowMs, desired.speed))
      return wait(SETTLING_LOOK_MS, 'CreatingInstanceProfiles');
    return blocked(
      'InstanceProfileNotOurs',
      `Role or instance profile ${listed(foreign)} is not of this cluster. Delete it.`,
    );
  }
  const gaps = desired.pairs.flatMap((pair) => gapOf(pair, seen));
  if (gaps.length === 0) return done('InstanceProfilesReady');
  // What was just made is not everywhere in IAM yet, and making it again would say the same.
  if (mayHide(desired.since, nowMs, desired.speed) && gaps.some(({ role, profile }) => role || profile)) {
    return wait(SETTLING_LOOK_MS, 'CreatingInstanceProfiles');
  }
  return act({ kind: 'ensure', gaps }, 'CreatingInstanceProfiles');
}

function gapOf(pair: IdentityDraft, seen: readonly PairSeen[]): readonly Gap[] {
  const { role, profile } = seen.find(({ name }) => name === pair.name) ?? {};
  const gap: Gap = {
    name: pair.name,
    role: role === undefined,
    policy: role?.policy !== pair.policy,
    profile: profile === undefined,
    membership: !profile?.roles.includes(pair.name),
  };
  return gap.role || gap.policy || gap.profile || gap.membership ? [gap] : [];
}

function isForeign({ role, profile }: PairSeen, uid: string): boolean {
  return [role, profile].some((one) => one !== undefined && one.tags[UID_TAG] !== uid);
}

function planRemoval({ uid }: ProfilesDesired, seen: readonly PairSeen[]): Plan<ProfilesAction> {
  const names = seen.filter((pair) => isOurs(pair, uid)).map(({ name }) => name);
  return names.length === 0
    ? done('InstanceProfilesGone')
    : act({ kind: 'remove', names }, 'DeletingInstanceProfiles');
}

function isOurs({ role, profile }: PairSeen, uid: string): boolean {
  return [role, profile].some((one) => one?.tags[UID_TAG] === uid);
}

export function instanceProfilesStep({
  speed,
}: NetworkOptions): Step<IdentityContext, ProfilesDesired, readonly PairSeen[], ProfilesAction> {
  return {
    name: PROFILES_STEP,
    title: 'Create the roles of the machines',
    condition: 'CreatingInfrastructure',
    after: [ACCOUNT_STEP],
    desired: (view) => desiredProfiles(view, speed),
    observe: observePairs,
    plan: planProfiles,
    async act({ identity, now }, desired, action) {
      switch (action.kind) {
        case 'ensure': {
          const made = await together(
            action.gaps.flatMap((gap) =>
              desired.pairs.filter(({ name }) => name === gap.name).map((pair) => identity.ensure(pair, gap)),
            ),
          );
          if (!made.ok) return made;
          const names = listed(action.gaps.map(({ name }) => name));
          const outputs = { since: toInstant(now()) };
          return ok({ event: `Created instance profiles ${names}`, outputs, lookAfterMs: 0 });
        }
        case 'remove': {
          const removed = await together(action.names.map((name) => identity.remove(name)));
          if (!removed.ok) return removed;
          const event = `Deleted instance profiles ${listed(action.names)}`;
          const outputs = { removed: removed.value.length === action.names.length };
          return ok({ event, outputs, lookAfterMs: 0 });
        }
      }
    },
    read: ({ uid }, seen) => ({ resources: seen.flatMap((pair) => rowsOf(pair, uid)) }),
  };
}

async function observePairs(
  { identity }: IdentityContext,
  { pairs, removed }: ProfilesDesired,
): Promise<Result<readonly PairSeen[]>> {
  if (removed) return ok([]);
  const seen: PairSeen[] = [];
  for (const { name } of pairs) {
    const found = await identity.find(name);
    if (!found.ok) return found;
    seen.push({ name, ...found.value });
  }
  return ok(seen);
}

function desiredProfiles(view: ClusterView, speed: number): ProfilesDesired {
  const outputs = view.outputs(PROFILES_STEP);
  const since = textOf(outputs.since);
  return {
    uid: view.id,
    deleting: view.deleting,
    removed: view.deleting && outputs.removed === true,
    speed,
    pairs: ROLES.map((role) => {
      const name = instanceProfileName(view, role);
      return { name, policy: rolePolicy(view, role), tags: tagsFor(view, role, name) };
    }),
    ...(since === undefined ? {} : { since }),
  };
}

function rowsOf({ name, role, profile }: PairSeen, uid: string): readonly LedgerEntry[] {
  const row = (
    kind: string,
    path: string,
    one: { readonly tags: Tags } | undefined,
  ): readonly LedgerEntry[] =>
    one?.tags[UID_TAG] === uid
      ? [{ kind, id: `${path}/${name}`, name, role: 'instance-profile', origin: 'created', state: 'Exists' }]
      : [];
  return [
    ...row('AWS::IAM::Role', 'role', role),
    ...row('AWS::IAM::InstanceProfile', 'instance-profile', profile),
  ];
}

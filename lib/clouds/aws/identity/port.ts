/** Instance roles and profiles as our steps see them: one pair for control-plane machines, one for workers. */
import type { Tags } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';

export type ProfileRole = 'controlplane' | 'node';

export interface RoleSeen {
  readonly tags: Tags;
  /** Canonical text of our inline policy; absent: it has none. */
  readonly policy?: string;
}

export interface ProfileSeen {
  readonly tags: Tags;
  /** Names of the roles in it: one at most. */
  readonly roles: readonly string[];
}

/** Role and profile share their name. */
export interface IdentitySeen {
  readonly role?: RoleSeen;
  readonly profile?: ProfileSeen;
}

export interface IdentityDraft {
  readonly name: string;
  /** Canonical JSON. */
  readonly policy: string;
  readonly tags: Tags;
}

/** What of a pair is missing or wrong. */
export interface IdentityGap {
  readonly role: boolean;
  readonly policy: boolean;
  readonly profile: boolean;
  readonly membership: boolean;
}

export interface IdentityPort {
  find(name: string): Promise<Result<IdentitySeen>>;
  /** Repeatable; fills the gaps only. */
  ensure(draft: IdentityDraft, gap: IdentityGap): Promise<Result<void>>;
  /** Absent is a success. `DependencyInUse` when someone attached more to the role. */
  remove(name: string): Promise<Result<void>>;
}

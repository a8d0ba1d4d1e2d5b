/**
 * What a cloud is to the rest of Slipway. `lib/clouds/<cloud>` implements it, registry.ts lists it; the engine and the
 * API know nothing else of any cloud.
 */
import type {
  CloudConfig,
  CloudType,
  ClusterSpec,
  ClusterView,
  LedgerEntry,
  MachineNotice,
} from '../domain/cluster.ts';
import type { Result } from '../domain/errors.ts';
import type { Finding } from '../domain/findings.ts';
import type { AnyStep } from '../domain/plan.ts';
import type { MachinePrices } from '../domain/prices.ts';
import type { ResolvedProfile } from '../domain/profile.ts';
import type { Secret } from '../domain/secret.ts';

/** `azure` accounts serve both AKS clusters and clusters on virtual machines. */
export type AccountType = 'azure' | 'aws';

/** A cloud account as stored: everything but the secret. */
export interface CloudAccount {
  readonly project: string;
  readonly name: string;
  readonly type: AccountType;
  /** Azure: `tenantId`, `clientId`, `tenantName?`. AWS: `accessKeyId`. */
  readonly settings: Readonly<Record<string, string>>;
  /** When the secret was last changed: tells whether what was given a copy of it has the present one. */
  readonly lastRotatedAt: string;
}

export interface AccountAccess {
  readonly account: CloudAccount;
  readonly secret: Secret;
}

/**
 * Stands in front of every request that a pass sends to a cloud. Adapters call `admit` as the very last thing before
 * the bytes leave (after signing), so that a late write is impossible: protocol rule 7.
 */
export interface CallGuard {
  /**
   * `undefined`: go. Otherwise why not: `deadline` (a write after the pass's deadline) or `budget` with the cloud
   * milliseconds until the credential's budget has room again.
   */
  admit(call: CloudCall): CallRefusal | undefined;
  /** What came back, so that budgets learn Retry-After and the benchmark can count. */
  settled(call: CloudCall, answer: CallAnswer): void;
}

export interface CallAnswer {
  readonly status: number;
  /** Cloud milliseconds. */
  readonly retryAfterMs?: number;
  /** A 429 that is no word about the rate of calls: Kubernetes refuses evictions with it. */
  readonly throttled?: false;
}

export interface CloudCall {
  readonly verb: 'read' | 'write';
  /** The API family that shares a rate limit: `Microsoft.ContainerService`, `EC2:RunInstances`. */
  readonly family: string;
  /** What the cloud allows of the family, where it differs from what is usual (lib/reconcile/budget.ts). */
  readonly rate?: Rate;
}

/** Calls at once, and calls a second after that. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export type CallRefusal =
  | { readonly why: 'deadline' }
  | { readonly why: 'budget'; readonly retryAfterMs: number };

/** Thrown by adapters when the guard refuses for the deadline: the pass ends without a commit and is redelivered. */
export class PassDeadlineError extends Error {
  override readonly name = 'PassDeadlineError';
}

/** One resource that carries our cluster-uid tag, from the cloud's own listing. */
export interface OwnedResource {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly clusterUid: string;
}

export interface Windows {
  /** Q of the protocol in cloud milliseconds: longest late write + longest time that a created resource stays hidden. */
  readonly quietMs: number;
  /** W of the protocol in cloud milliseconds: how long «recorded id not seen» is not believed. */
  readonly hiddenMs: number;
}

export interface Cloud<Ctx = unknown> {
  readonly type: CloudType;
  readonly accountType: AccountType;
  readonly windows: Windows;
  /** The steps for this cluster as it is now, one per pool included. Pure. Names are unique, `after` names exist. */
  steps(view: ClusterView): readonly AnyStep<Ctx>[];
  /** The port that steps get, bound to one pass: one look-up of a shared resource is made once. No network here. */
  open(access: AccountAccess, view: ClusterView, guard: CallGuard): Ctx;
  /** Everything that carries the cluster's uid tag, adopted things never. Empty twice, a quiet time apart: gone. */
  listOwned(ctx: Ctx, view: ClusterView): Promise<Result<readonly OwnedResource[]>>;
  /**
   * Ledger rows that are too many or too fleeting for the document: machines, and what the cloud made around them, as
   * they are now. Read when people ask for the resources, never stored.
   */
  liveResources(ctx: Ctx, view: ClusterView): Promise<Result<readonly LedgerEntry[]>>;
  /** Deletes one resource of a deleting cluster that no step accounts for. Accepted is a success; absent too. */
  deleteOwned(ctx: Ctx, resource: OwnedResource): Promise<Result<void>>;
  /**
   * Questions to the cloud while a request is validated. What cannot be answered in `timeoutMs` becomes the warning
   * NOT_VERIFIED. Pure rules live in lib/api/rules; this is what needs the cloud.
   */
  verify(request: VerifyRequest): Promise<readonly Finding[]>;
  /** Zones that a new pool of this type may use when people name none; `undefined` when the cloud does not answer in time. */
  defaultZones(
    access: AccountAccess,
    at: { readonly cloud: CloudConfig; readonly instanceType: string },
    timeoutMs: number,
  ): Promise<readonly string[] | undefined>;
  /** Admin kubeconfig, fetched from the cloud when it is not in the secret store yet. */
  kubeconfig(ctx: Ctx, view: ClusterView): Promise<Result<Secret>>;
}

export interface VerifyRequest {
  readonly access: AccountAccess;
  readonly spec: ClusterSpec;
  readonly profile: ResolvedProfile;
  /** The spec as it is stored, for a change. */
  readonly before?: ClusterSpec;
  /** Wall milliseconds for all questions together. */
  readonly timeoutMs: number;
}

/** What an account can do and see; separate from clusters, used by the cloud-account routes. */
export interface AccountProbe {
  readonly type: AccountType;
  /** Are these credentials accepted at all? Findings with severity `error` refuse the registration. */
  verifyCredentials(access: AccountAccess): Promise<readonly Finding[]>;
  /** Permissions, quotas and prerequisites, for `POST check?region=`. */
  check(access: AccountAccess, region: string | undefined): Promise<readonly Finding[]>;
  /** Resources that carry the uid tag of any cluster, over everything that the account sees. */
  listTagged(access: AccountAccess, guard: CallGuard): Promise<Result<readonly OwnedResource[]>>;
  /** Deletes one of them: the orphan collector's only write. Accepted is a success; absent too. */
  deleteTagged(access: AccountAccess, guard: CallGuard, resource: OwnedResource): Promise<Result<void>>;
  /** What a form needs to offer. `unknown-kind` answers 404. */
  options(
    access: AccountAccess,
    kind: string,
    query: Readonly<Record<string, string>>,
  ): Promise<OptionsAnswer>;
  /** Clouds that announce what happens to machines before it does. */
  readonly announcements?: Announcements;
  /** Clouds that sell machines at a price that moves. */
  readonly market?: Market;
}

/** One message of a cloud's own event channel. Whoever handled it takes it away by its receipt; twice is harmless. */
export type Announcement = { readonly receipt: string } & (
  | {
      readonly kind: 'notice';
      readonly machineId: string;
      readonly clusterUid: string;
      readonly notice: MachineNotice;
    }
  /** About a machine that is none of ours, or gone, or about something that no pool acts on. */
  | { readonly kind: 'nothing' }
  /** `what`: shortened, for the log. */
  | { readonly kind: 'unreadable'; readonly what: string }
);

export interface Announcements {
  /** One batch; empty when there is no more, or no channel in the region. */
  receive(access: AccountAccess, region: string, guard: CallGuard): Promise<Result<readonly Announcement[]>>;
  remove(
    access: AccountAccess,
    region: string,
    guard: CallGuard,
    receipts: readonly string[],
  ): Promise<Result<void>>;
}

export interface Market {
  /** Present prices by instance type. */
  prices(
    access: AccountAccess,
    region: string,
    guard: CallGuard,
    instanceTypes: readonly string[],
  ): Promise<Result<ReadonlyMap<string, MachinePrices>>>;
}

export type OptionsAnswer =
  | { readonly kind: 'items'; readonly items: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: 'unknown-kind' }
  | { readonly kind: 'missing-parameter'; readonly parameter: string }
  | { readonly kind: 'failed'; readonly error: import('../domain/errors.ts').CloudError };

export type { CloudConfig };

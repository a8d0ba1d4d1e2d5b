/**
 * The backstop of the protocol: a create that landed after its cluster's document was gone (a worker frozen longer
 * than A). Lists by our tag and deletes only what a tombstone of this deployment proves to be ours and over.
 */
import { accountAccess } from '../accounts/access.ts';
import { allAccounts } from '../accounts/list.ts';
import type { AccountDocument } from '../accounts/store.ts';
import {
  type AccountAccess,
  type AccountProbe,
  type CallGuard,
  type OwnedResource,
  PassDeadlineError,
} from '../clouds/port.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Result } from '../domain/errors.ts';
import { asClusterId } from '../domain/ids.ts';
import type { PassDeps } from './engine.ts';
import { clusterAddress } from './event-log.ts';
import { accountGuard } from './guard.ts';
import { type Tombstone, tombstoneAddress } from './tombstones.ts';

export interface Collected {
  readonly deleted: readonly OwnedResource[];
  /** Tagged by a cluster that this deployment does not know: never touched, only counted. */
  readonly foreign: number;
}

export async function collectOrphans(deps: PassDeps): Promise<Collected> {
  const deleted: OwnedResource[] = [];
  let foreign = 0;
  for (const account of await allAccounts(deps)) {
    const found = await collectAccount(deps, account);
    deleted.push(...found.deleted);
    foreign += found.foreign;
  }
  for (const resource of deleted) {
    deps.logger.warn('Deleted an orphan', {
      kind: resource.kind,
      name: resource.name,
      clusterId: resource.clusterUid,
    });
  }
  return { deleted, foreign };
}

async function collectAccount(deps: PassDeps, account: AccountDocument): Promise<Collected> {
  const nothing: Collected = { deleted: [], foreign: 0 };
  const probe = deps.clouds.account(account.accountType);
  const access = await accountAccess(deps, account.project, account.name);
  if (!probe || !access) return nothing;
  const guard = accountGuard(deps, access.account, 'orphans');
  // The cloud is listed before the store: a cluster made in between has its document already.
  const tagged = await probe.listTagged(access, guard);
  if (!tagged.ok) {
    deps.logger.warn('Leaving orphans for the next time', {
      account: account.name,
      source: tagged.error.source,
    });
    return nothing;
  }
  return collectTagged(deps, { probe, access, guard }, tagged.value);
}

interface OpenAccount {
  readonly probe: AccountProbe;
  readonly access: AccountAccess;
  readonly guard: CallGuard;
}

async function collectTagged(
  deps: PassDeps,
  cloud: OpenAccount,
  tagged: readonly OwnedResource[],
): Promise<Collected> {
  const deleted: OwnedResource[] = [];
  let foreign = 0;
  for (const resource of tagged) {
    const fate = await fateOf(deps, resource.clusterUid);
    if (fate === 'foreign') foreign += 1;
    if (fate !== 'orphan') continue;
    const done = await deleteInTime(cloud, resource);
    if (done === 'late') break;
    if (done.ok) deleted.push(resource);
  }
  return { deleted, foreign };
}

/** The next run finds what this one has no time for. */
async function deleteInTime(
  { probe, access, guard }: OpenAccount,
  resource: OwnedResource,
): Promise<Result<void> | 'late'> {
  try {
    return await probe.deleteTagged(access, guard, resource);
  } catch (error) {
    if (error instanceof PassDeadlineError) return 'late';
    throw error;
  }
}

async function fateOf(deps: PassDeps, uid: string): Promise<'alive' | 'orphan' | 'foreign'> {
  const id = asClusterId(uid);
  if (await deps.store.read<ClusterDocument>(clusterAddress(id), id)) return 'alive';
  return (await deps.store.read<Tombstone>(tombstoneAddress(uid), uid)) ? 'orphan' : 'foreign';
}

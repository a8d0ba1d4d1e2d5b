/** Where a cloud's own channels are worth asking: the regions of each account that clusters of ours are in. */
import { accountAccess } from '../accounts/access.ts';
import { allAccounts } from '../accounts/list.ts';
import { clustersOf } from '../accounts/users.ts';
import type { AccountAccess, AccountProbe } from '../clouds/port.ts';
import type { ClusterSummary } from '../clusters/directory.ts';
import type { PassDeps } from '../reconcile/engine.ts';

export interface Place {
  readonly probe: AccountProbe;
  readonly access: AccountAccess;
  readonly region: string;
  readonly clusters: readonly ClusterSummary[];
}

/** `wants`: whether accounts of this kind have what the timer is after; the others cost nothing. */
export async function placesOf(
  deps: PassDeps,
  wants: (probe: AccountProbe) => boolean,
): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const { project, name, accountType } of await allAccounts(deps)) {
    const probe = deps.clouds.account(accountType);
    if (!probe || !wants(probe)) continue;
    const clusters = await clustersOf(deps, project, name);
    const access = clusters.length === 0 ? undefined : await accountAccess(deps, project, name);
    if (!access) continue;
    for (const [region, there] of Map.groupBy(clusters, ({ cloud }) => cloud.region)) {
      places.push({ probe, access, region, clusters: there });
    }
  }
  return places;
}

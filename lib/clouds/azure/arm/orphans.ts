/**
 * What carries a cluster's uid tag in everything that an account sees, for the orphan collector. Only managed clusters
 * are ever deleted here: machines, disks and addresses live in a cluster's own group and go with it.
 */
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { ok, type Result } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';
import { settle } from '../errors.ts';
import { UID_TAG } from '../tags.ts';
import { openPlatform } from './arm-platform.ts';
import type { ArmSession } from './session.ts';

const MANAGED_CLUSTER = 'microsoft.containerservice/managedclusters';

export function listTagged(session: ArmSession): Promise<Result<readonly OwnedResource[]>> {
  return settle({ name: 'resources.list', write: false }, async () => {
    const subscriptions = new SubscriptionClient(session.credential, session.options).subscriptions;
    const found: OwnedResource[] = [];
    for await (const { subscriptionId } of subscriptions.list()) {
      if (subscriptionId === undefined) continue;
      const client = new ResourceManagementClient(session.credential, subscriptionId, session.options);
      // By name alone: with a value in the filter Azure leaves the tags out of its answer.
      for await (const resource of client.resources.list({ filter: `tagName eq '${UID_TAG}'` })) {
        const { id = '', name = '', type = '', tags } = resource;
        const clusterUid = tags?.[UID_TAG];
        if (clusterUid !== undefined) found.push({ kind: type, id, name, clusterUid });
      }
    }
    return found;
  });
}

export async function deleteOwned(session: ArmSession, resource: OwnedResource): Promise<Result<void>> {
  if (!isManagedCluster(resource)) return ok(undefined);
  return openPlatform(session, subscriptionOf(resource.id)).deleteManagedCluster(resource.id);
}

export function isManagedCluster(resource: OwnedResource): boolean {
  return resource.kind.toLowerCase() === MANAGED_CLUSTER;
}

function subscriptionOf(id: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? '';
}

/** OwnedPort over the SDK: one cluster's resources, listed, removed and tagged. */
import type { ClusterView } from '../../../domain/cluster.ts';
import { openNetwork } from '../network/ec2-network.ts';
import type { AwsSession } from '../session.ts';
import { listOwned } from './list-owned.ts';
import type { OwnedPort } from './port.ts';
import { removeOwned } from './remove-owned.ts';
import { retag } from './retag.ts';

export function openOwned(session: AwsSession, cluster: Pick<ClusterView, 'id' | 'name'>): OwnedPort {
  return {
    list: () => listOwned(session, openNetwork(session), cluster),
    remove: (resource) => removeOwned(session, resource),
    retag: (resources, change) => retag(session, resources, change),
  };
}

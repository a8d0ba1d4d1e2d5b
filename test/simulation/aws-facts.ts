/** What the simulated AWS knows about the clusters of ours, for weather and watches: never our own documents' opinion. */
import { NODE_TAG, POOL_TAG, UID_TAG } from '../../lib/clouds/aws/tags.ts';
import type { Instance } from '../../local/clouds/aws/compute/model.ts';
import { livingInstances } from '../../local/clouds/aws/compute/store.ts';
import { everywhere } from '../../local/clouds/aws/core/shelf.ts';
import { ADDRESS, NAT_GATEWAY } from '../../local/clouds/aws/network/kinds.ts';
import { natState } from '../../local/clouds/aws/network/nat-state.ts';
import { hasQuorum } from '../../local/machines/etcd.ts';
import { type Boot, type EtcdCluster, machineTables } from '../../local/machines/machine-records.ts';
import { isUp } from '../../local/machines/world.ts';
import type { AwsSide } from './aws-side.ts';

export interface MachineFact {
  readonly id: string;
  readonly uid: string;
  readonly pool: string;
  readonly index: number;
  readonly type: string;
  readonly zone: string;
  readonly capacity: 'spot' | 'on-demand';
  /** AWS has said that it takes it back. */
  readonly isEnding: boolean;
}

/** Pending and running machines of pools. */
export function machinesOf({ aws }: Pick<AwsSide, 'aws'>): readonly MachineFact[] {
  return aws.change((world) => livingInstances(world).flatMap(factOf));
}

function factOf({ id, tags, instanceType: type, zone, spot, ending }: Instance): readonly MachineFact[] {
  const [uid, pool, index] = [tags[UID_TAG], tags[POOL_TAG], Number(tags[NODE_TAG])];
  if (uid === undefined || pool === undefined) return [];
  const capacity = spot === undefined ? 'on-demand' : 'spot';
  return [{ id, uid, pool, index, type, zone, capacity, isEnding: ending !== undefined }];
}

export interface EtcdFact {
  readonly uid: string;
  readonly voters: readonly string[];
  readonly learners: number;
  readonly hasQuorum: boolean;
  /** Every member has started and runs. */
  readonly isWhole: boolean;
}

/** By instance ids. */
export function etcdOf({ aws, machines }: AwsSide): readonly EtcdFact[] {
  // Whoever asks for anything brings the machines up to now.
  machines.source.version('');
  return aws.change(({ records }) => {
    const { boots, clusters } = machineTables(records);
    return clusters.values().map(({ uid, etcd }) => etcdFact(uid, etcd, (id) => boots.get(id)));
  });
}

function etcdFact(uid: string, etcd: EtcdCluster, bootOf: (id: string) => Boot | undefined): EtcdFact {
  const isAlive = ({ name, instanceId }: EtcdCluster['members'][number]) =>
    name !== '' && isUp(bootOf(instanceId));
  const voters = etcd.members.filter(({ learner }) => !learner);
  return {
    uid,
    voters: voters.map(({ instanceId }) => instanceId),
    learners: etcd.members.length - voters.length,
    hasQuorum: hasQuorum(etcd, isAlive),
    isWhole: etcd.members.every(isAlive),
  };
}

/** How many NAT gateways and addresses each cluster holds. */
export function egressOf({ aws }: AwsSide): ReadonlyMap<string, { nats: number; addresses: number }> {
  return aws.change((world) => {
    const now = world.clock.now();
    const counts = new Map<string, { nats: number; addresses: number }>();
    const count = (uid: string | undefined, what: 'nats' | 'addresses') => {
      if (uid === undefined) return;
      const known = counts.get(uid) ?? { nats: 0, addresses: 0 };
      counts.set(uid, { ...known, [what]: known[what] + 1 });
    };
    for (const nat of everywhere(world, NAT_GATEWAY))
      if (['pending', 'available'].includes(natState(nat, now))) count(nat.tags[UID_TAG], 'nats');
    for (const { tags } of everywhere(world, ADDRESS)) count(tags[UID_TAG], 'addresses');
    return counts;
  });
}

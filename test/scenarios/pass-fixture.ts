/** One cluster on a scripted cloud, passes run by hand: the story that a cluster's owner would see. */
import { createRegistry } from '../../lib/clouds/registry.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { ConditionType } from '../../lib/domain/conditions.ts';
import { type PassDeps, passDeps } from '../../lib/reconcile/engine.ts';
import { clusterAddress, readEvents } from '../../lib/reconcile/event-log.ts';
import { runPass } from '../../lib/reconcile/pass.ts';
import { storeAccount } from '../builders/account.ts';
import { aCluster } from '../builders/cluster.ts';
import { someDeps, type TestDeps } from '../builders/deps.ts';
import type { ScriptedCloud } from '../fakes/scripted-cloud.ts';

export interface Story {
  readonly deps: PassDeps & TestDeps;
  /** Moves time to the next message and runs its pass. */
  next(): Promise<ClusterDocument>;
  read(): Promise<ClusterDocument | undefined>;
  condition(type: ConditionType): Promise<string>;
  events(): Promise<readonly string[]>;
}

export async function tell(cloud: ScriptedCloud, cluster: ClusterDocument = aCluster()): Promise<Story> {
  const base = someDeps();
  const deps = {
    ...base,
    ...passDeps({ ...base, clouds: createRegistry([cloud], []) }),
    time: base.time,
  } as Story['deps'];
  await storeAccount(deps);
  await deps.store.create(clusterAddress(cluster.id), cluster);
  await deps.queue.sendReconcile({ clusterId: cluster.id, reason: 'created', wake: cluster.wake });

  const read = async () =>
    (await deps.store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id))?.document;
  const known = async () => {
    const document = await read();
    if (!document) throw new Error('The cluster is gone');
    return document;
  };
  return {
    deps,
    read,
    async next() {
      await runNext(deps);
      return known();
    },
    async condition(type) {
      const found = (await known()).conditions.find((one) => one.type === type);
      return found ? `${found.status} ${found.reason}` : 'absent';
    },
    async events() {
      const events = await readEvents(deps.store, await known(), { limit: 100 });
      return events.map(
        (event) => `${event.severity} ${event.reason} x${event.count} (${event.signal}): ${event.message}`,
      );
    },
  };
}

export async function runNext(deps: Story['deps']): Promise<void> {
  const due = deps.queue.nextEventAt();
  if (due === undefined) throw new Error('No message waits');
  deps.time.nowMs = Math.max(deps.time.nowMs, due);
  const delivery = deps.queue.take(deps.time.nowMs);
  if (!delivery) throw new Error('No message could be taken');
  const verdict = await runPass(deps, delivery);
  if (verdict === 'complete') delivery.complete();
  else delivery.abandon();
}

/**
 * Brings the machines up to now: who appeared, who stopped, and everything that happened on those that run, in the
 * order in which it happened, however long nobody looked.
 */
import type { EpochMs } from '../../lib/domain/time.ts';
import { durationOf, isActive } from './boot-moves.ts';
import { STEPS } from './boot-steps.ts';
import { elected } from './etcd.ts';
import type { Boot } from './machine-records.ts';
import type { SimulatedInstance } from './port.ts';
import { isUp, memberIsAlive, type World } from './world.ts';

export function bringUpToNow(world: World): void {
  const nowMs = world.clock.now();
  seeInstances(world, nowMs);
  electLeaders(world);
  for (let boot = nextOf(world, nowMs); boot !== undefined; boot = nextOf(world, nowMs)) {
    const { stage, nextAt = nowMs } = boot;
    const next = isActive(stage) ? STEPS[stage](world, boot, nextAt) : boot;
    world.tables.boots.put(boot.instance.id, next);
  }
}

/** The earliest that is due; of equals the one that was launched first. */
function nextOf({ tables }: World, nowMs: EpochMs): (Boot & { readonly nextAt: EpochMs }) | undefined {
  let first: (Boot & { readonly nextAt: EpochMs }) | undefined;
  for (const boot of tables.boots.values()) {
    const { nextAt } = boot;
    if (nextAt === undefined || nextAt > nowMs || !isUp(boot)) continue;
    if (first === undefined || nextAt < first.nextAt) first = { ...boot, nextAt };
  }
  return first;
}

function seeInstances(world: World, nowMs: EpochMs): void {
  const { boots } = world.tables;
  const running = new Map(world.host.instances().map((instance) => [instance.id, instance]));
  for (const instance of running.values()) {
    const known = boots.get(instance.id);
    if (known === undefined) boots.put(instance.id, launched(world, instance));
    else if (known.lostAt !== undefined && !known.isGone) boots.put(instance.id, revived(known));
  }
  for (const boot of boots.values()) {
    if (isUp(boot) && !running.has(boot.instance.id)) boots.put(boot.instance.id, { ...boot, lostAt: nowMs });
  }
}

function launched(world: World, { userData: _secretive, ...instance }: SimulatedInstance): Boot {
  const since = instance.runningSince;
  return { instance, stage: 'starting', since, nextAt: since + durationOf(world, instance.id, 'starting') };
}

/** Services start again. A first boot that was interrupted does not: cloud-init runs commands once an instance. */
function revived({ lostAt: _lost, nextAt: _next, ...boot }: Boot): Boot {
  return isActive(boot.stage) ? { ...boot, stage: 'failed' } : boot;
}

function electLeaders(world: World): void {
  const { clusters } = world.tables;
  for (const cluster of clusters.values()) {
    const etcd = elected(cluster.etcd, memberIsAlive(world));
    if (etcd !== cluster.etcd) clusters.put(cluster.id, { ...cluster, etcd });
  }
}

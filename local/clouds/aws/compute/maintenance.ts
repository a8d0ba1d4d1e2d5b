/** Maintenance that AWS schedules for the host of an instance: announced long before, and then the instance is over. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { World } from '../core/world.ts';
import { tellMaintenance } from './announcements.ts';
import { end } from './endings.ts';
import type { Maintenance } from './model.ts';
import { amend } from './store.ts';

/** How long after `notBefore` the work may begin, our choice. */
const WINDOW_MS = 2 * 60 * 60_000;

/** For tests and people, who play AWS here. False: there is no such instance. */
export function scheduleRetirement(world: World, instanceId: string, notBefore: EpochMs): boolean {
  const maintenance: Maintenance = {
    eventId: `instance-event-${world.chance.hex(`maintenance/${instanceId}/${notBefore}`, 17)}`,
    code: 'instance-retirement',
    notBefore,
    notAfter: notBefore + WINDOW_MS,
  };
  const instance = amend(world, instanceId, (former) => ({ ...former, maintenance }));
  if (!instance) return false;
  tellMaintenance(world, instance, maintenance, world.clock.now());
  end(world, instance, notBefore, {
    code: 'Server.ScheduledStop',
    message: 'Server.ScheduledStop: Stopped due to a scheduled retirement',
  });
  return true;
}

/** Whether Azure has machines left: always, unless a capacity fault says otherwise. Not to be seen in any list. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { FaultOf } from '../../kit/faults.ts';
import type { Failure } from '../state.ts';
import type { World } from '../world.ts';
import { machineState } from './machines.ts';

export interface Allocation {
  readonly location: string;
  readonly vmSize: string;
  /** One per machine; empty text: no zone. */
  readonly zones: readonly string[];
  readonly now: EpochMs;
}

/** The failure of an allocation, which the clouds report only after they have accepted the request. */
export function findShortage(world: World, wanted: Allocation): Failure | undefined {
  const rules = world.faults.capacityOf(wanted.vmSize, wanted.location);
  const short = rules.find(
    (rule) => startedUnder(world, rule, wanted) + asked(rule, wanted) > rule.available,
  );
  if (!short || asked(short, wanted) === 0) return undefined;
  return short.zone === undefined
    ? {
        code: 'AllocationFailed',
        message:
          'Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance',
      }
    : {
        code: 'ZonalAllocationFailed',
        message:
          'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone. Read more about improving likelihood of allocation success at http://aka.ms/allocation-guidance',
      };
}

const asked = ({ zone }: FaultOf<'capacity'>, { zones }: Allocation): number =>
  zone === undefined ? zones.length : zones.filter((wanted) => wanted === zone).length;

/** Machines that took from what the fault left: started since, and still there. */
function startedUnder(
  world: World,
  rule: FaultOf<'capacity'>,
  { location, vmSize, now }: Allocation,
): number {
  return world.state.machines
    .values()
    .filter(
      (machine) =>
        machine.location === location &&
        machine.vmSize.toLowerCase() === vmSize.toLowerCase() &&
        machine.createdAt >= rule.createdAt &&
        (rule.zone === undefined || machine.zone === rule.zone) &&
        machineState(machine, now) !== undefined,
    ).length;
}

/** What goes wrong at Azure itself, at times that the seed chooses, until the weather clears. */
import type { FaultRequest } from '../../local/clouds/kit/faults.ts';
import type { AzureSide } from './azure-side.ts';
import type { Dice } from './dice.ts';
import type { Scheduler } from './scheduler.ts';

const MINUTE = 60_000;
const WRITES = [
  'managedClusters.createOrUpdate',
  'managedClusters.delete',
  'agentPools.createOrUpdate',
  'agentPools.delete',
  'agentPools.deleteMachines',
] as const;

/** Every fault ends by itself after a while; all of them at `until`. */
export function plantWeather(
  { azure }: AzureSide,
  world: { readonly scheduler: Scheduler; readonly dice: Dice },
  span: { readonly from: number; readonly until: number },
): void {
  const { scheduler, dice } = world;
  const storms = Math.floor(dice.between(2, 9));
  for (let storm = 0; storm < storms; storm += 1) {
    const begins = dice.between(span.from, span.until);
    const fault = anyFault(dice);
    scheduler.at(begins, () => {
      const { id } = azure.addFault(fault);
      scheduler.at(begins + dice.between(1, 30) * MINUTE, () => azure.removeFault(id));
    });
  }
  scheduler.at(span.until, () => azure.clearFaults());
}

function anyFault(dice: Dice): FaultRequest {
  const operation = dice.pick(WRITES);
  const count = dice.pick([1, 2, 3]);
  return dice.pick<() => FaultRequest>([
    () => ({
      fault: 'throttle',
      operation: dice.pick(['*', 'managedClusters.*']),
      seconds: dice.between(20, 400),
    }),
    () => ({ fault: 'quota', name: 'cores', limit: Math.floor(dice.between(4, 20)) }),
    () => ({ fault: 'capacity', instanceType: 'Standard_D4s_v5', available: dice.pick([0, 1]) }),
    () => ({
      fault: 'error',
      operation,
      when: 'before',
      code: dice.pick(['ServerBusy', 'AnotherOperationInProgress', 'InternalServerError']),
      count,
    }),
    () => ({
      fault: 'error',
      operation,
      when: 'after',
      code: dice.pick(['ConnectionReset', 'GatewayTimeout']),
      count,
    }),
    () => ({
      fault: 'error',
      operation,
      when: 'late',
      code: dice.pick(['AllocationFailed', 'InternalServerError', 'VMExtensionError']),
      count,
    }),
    () => ({
      fault: 'error',
      operation: 'managedClusters.get',
      when: 'before',
      code: 'ServiceUnavailable',
      count,
    }),
  ])();
}

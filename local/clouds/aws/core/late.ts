/** Faults that strike when something accepted would have finished. */
import type { ErrorFault } from '../../kit/faults.ts';
import type { Call } from './call.ts';
import type { World } from './world.ts';

/** The failure that the call's result will end in; it is used up. */
export const takeLateError = (world: World, { service, operation, region }: Call): ErrorFault | undefined =>
  world.faults.takeError(operation, 'late', region) ??
  world.faults.takeError(`${service}.${operation}`, 'late', region);

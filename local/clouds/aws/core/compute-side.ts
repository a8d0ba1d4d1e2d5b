/** What the rest of the simulated AWS asks of its instances. Where they are in the network, their interfaces say. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { SimulatedInstance } from '../../../machines/port.ts';
import type { InstanceState } from '../compute/instance-life.ts';
import type { World } from './world.ts';

export interface ComputeSide {
  /** `undefined`: there is none of that id, or not any more. */
  stateOf(world: World, instanceId: string): InstanceState | undefined;
  /** Of all accounts and regions. */
  running(world: World): readonly SimulatedInstance[];
  /** As the instance's own role may read it. */
  bootSecret(world: World, name: string, instanceId: string): string | undefined;
  console(world: World, instanceId: string, atMs: EpochMs, line: string): void;
  /** Takes the instance away without anyone having asked for it. False: there is none of that id. */
  lose(world: World, instanceId: string): boolean;
  /** A fault on spot prices came or went: whoever bid less now is taken back. */
  priceSpot(world: World): void;
}

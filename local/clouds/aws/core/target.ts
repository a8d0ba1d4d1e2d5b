/** A kind of resource seen from outside of its own operations: what tags are put on and what the inventory lists. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Call, Place } from './call.ts';
import type { Tags } from './tags.ts';
import type { World } from './world.ts';

export interface InventoryItem {
  readonly cloud: 'aws';
  readonly region: string;
  /** CloudFormation's name of the type: `AWS::EC2::VPC`. */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly tags: Tags;
  readonly state: string;
  /** True for what several clusters use together. */
  readonly shared?: boolean;
}

export interface Tagged {
  readonly id: string;
  readonly tags: Tags;
  readonly createdAt: EpochMs;
}

export interface Target {
  /** Of ids: `vpc`. */
  readonly prefix: string;
  /** As tag specifications name it: `vpc`. */
  readonly type: string;
  readonly notFound: string;
  /** Of the place, deleted ones left out. */
  all(world: World, place: Place): readonly Tagged[];
  /** False: this reader sees none of that id. */
  retag(world: World, call: Call, id: string, change: (tags: Tags) => Tags): boolean;
  inventory(world: World): readonly InventoryItem[];
  /** Drops what was deleted so long ago that no reader sees it any more. */
  forget(world: World, id: string): void;
}

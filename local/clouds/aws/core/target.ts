/** A kind of resource seen from outside of its own operations: what tags are put on and what the inventory lists. */
import type { Place } from './call.ts';
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
}

export interface Target {
  /** Of ids: `vpc`. */
  readonly prefix: string;
  /** As tag specifications name it: `vpc`. */
  readonly type: string;
  readonly notFound: string;
  /** Of the place, deleted ones left out. */
  all(world: World, place: Place): readonly Tagged[];
  /** False: there is none of that id. */
  retag(world: World, place: Place, id: string, change: (tags: Tags) => Tags): boolean;
  inventory(world: World): readonly InventoryItem[];
}

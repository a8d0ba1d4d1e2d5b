/** What every operation of the simulated AWS works with. The records are the only state besides the token buckets. */
import type { MachineSide } from '../../../machines/port.ts';
import type { Chance } from '../../kit/chance.ts';
import type { CloudClock } from '../../kit/clock.ts';
import type { Faults } from '../../kit/faults.ts';
import type { Records } from '../../kit/records.ts';
import type { TokenBuckets } from '../../kit/token-bucket.ts';
import type { ComputeSide } from './compute-side.ts';
import type { AwsSettings } from './settings.ts';
import type { Target } from './target.ts';

export interface World {
  readonly records: Records;
  readonly clock: CloudClock;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly buckets: TokenBuckets;
  readonly settings: AwsSettings;
  /** Kinds of EC2 resources that take tags, of all parts. */
  readonly targets: readonly Target[];
  readonly compute: ComputeSide;
  /** What runs on the instances. */
  readonly machines: MachineSide;
}

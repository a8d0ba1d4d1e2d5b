/** What differs between clouds when one pool is read: a row per kind of cluster. parse-pool.ts applies it. */
import type { CloudConfig } from '../../domain/cluster.ts';
import type { Finding } from '../../domain/findings.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import type { Read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';
import { AKS_POOLS } from './aks-pools.ts';
import { awsPools } from './aws-pools.ts';
import type { DiskRules } from './node-disk.ts';
import type { PoolSize } from './pool-size.ts';
import type { ZoneRules } from './zones.ts';

/** A form of names, with the words for one that has another. */
export interface NameForm {
  readonly pattern: RegExp;
  readonly message: string;
}

/** Fields that not every cloud has. */
export type OwnFields = Pick<PoolSpec, 'role' | 'system' | 'allowWorkloads' | 'capacity' | 'spot'>;

export interface PoolRules {
  readonly name: NameForm;
  readonly instanceType: NameForm;
  readonly disk: DiskRules;
  readonly zones: ZoneRules;
  readSize(given: PoolInput, path: string): Read<PoolSize>;
  readOwn(given: PoolInput, path: string): Read<OwnFields>;
  /** Fields that mean something elsewhere; a value that asks for what this cloud does anyway is let through. */
  foreignFindings(given: PoolInput, path: string): readonly Finding[];
  /** What only the whole pool shows. */
  pooledFindings(pool: PoolSpec, path: string): readonly Finding[];
}

export function poolRulesOf(cloud: CloudConfig): PoolRules {
  switch (cloud.type) {
    case 'aks':
      return AKS_POOLS;
    case 'aws':
      return awsPools(cloud.region);
  }
}

/** Zones of pools whose owner named none: the cloud says which there are, and the spec keeps them from then on. */
import { isAlwaysZoned } from '../api/rules/zones.ts';
import type { AccountAccess, Cloud } from '../clouds/port.ts';
import type { CloudConfig, ClusterSpec } from '../domain/cluster.ts';
import { type Finding, warning } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';

export interface Zoned {
  readonly spec: ClusterSpec;
  readonly findings: readonly Finding[];
}

export interface ZonesQuestion {
  readonly cloud: Cloud;
  readonly access: AccountAccess;
  readonly spec: ClusterSpec;
  /** False: the pools are the default ones. */
  readonly namesPools: boolean;
  readonly timeoutMs: number;
}

/** All zones that the pool's instance type has there. */
export async function nameZones({ spec, ...question }: ZonesQuestion): Promise<Zoned> {
  const findings: Finding[] = [];
  const pools = await Promise.all(
    spec.pools.map(async (pool, index): Promise<PoolSpec> => {
      if (!isUnplaced(pool, spec, question.namesPools)) return pool;
      const at = { cloud: spec.cloud, instanceType: pool.instanceType };
      const zones = await question.cloud.defaultZones(question.access, at, question.timeoutMs);
      if (zones === undefined) findings.push(unzoned(pool, spec.cloud, `/pools/${index}/zones`));
      return { ...pool, zones: zones ?? [] };
    }),
  );
  return { spec: { ...spec, pools }, findings };
}

/** Without an instance type there is nothing to ask about. */
function isUnplaced({ zones, instanceType }: PoolSpec, { cloud }: ClusterSpec, namesPools: boolean): boolean {
  return zones.length === 0 && instanceType !== '' && (isAlwaysZoned(cloud) || !namesPools);
}

function unzoned({ name }: PoolSpec, cloud: CloudConfig, path: string): Finding {
  const silence = `The cloud did not say in time which zones there are, so pool ${name} gets none`;
  return isAlwaysZoned(cloud)
    ? warning('NOT_VERIFIED', path, `${silence} and its machines wait.`, 'Name the zones.')
    : warning('NOT_VERIFIED', path, `${silence}.`, 'Name the zones, or change them later.');
}

/** The pools of a new cluster: the ones that were sent, or the default ones (A17, A18), and what holds over all of them. */
import type { CloudConfig, Purpose } from '../domain/cluster.ts';
import { type Finding, violation } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { parsePool } from './parse-pool.ts';
import { collector, type Read, read } from './read.ts';
import { defaultPools, withControlPlane } from './rules/default-pools.ts';
import { poolSetFindings } from './rules/pool-set.ts';

const PATH = '/pools';

export function parsePools(
  given: unknown,
  cloud: CloudConfig,
  purpose: Purpose | undefined,
): Read<readonly PoolSpec[]> {
  const together = (pools: readonly PoolSpec[]) =>
    poolSetFindings({ cloud, pools, purpose, at: 'create', path: PATH });
  if (given === undefined) {
    const pools = defaultPools(cloud, purpose);
    return read(pools, ...together(pools));
  }
  if (!Array.isArray(given)) return read([], violation('TYPE_INVALID', PATH, 'Expected array.'));
  if (given.length === 0) return read([], poolRequired());
  const { take, add, findings } = collector();
  const parsed = given.map((raw: unknown, index) => take(parsePool(raw, `${PATH}/${index}`, cloud)));
  const named = parsed.filter((pool) => pool !== undefined);
  // A pool that could not be read at all might be the one that is missed.
  if (named.length < parsed.length) return read(named, ...findings);
  const pools = withControlPlane(named, cloud, purpose);
  add(together(pools));
  return read(pools, ...findings);
}

function poolRequired(): Finding {
  return violation(
    'POOL_REQUIRED',
    PATH,
    'A cluster needs a pool; leave the field out to get the default ones.',
  );
}

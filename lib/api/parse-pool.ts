/** From one pool as it was sent to the pool as it is stored. What holds over all pools is judged in rules/pool-set.ts. */
import type { CloudConfig } from '../domain/cluster.ts';
import { violation } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { parseLeniently } from './lenient.ts';
import { collector, type Read, read, withoutEchoes } from './read.ts';
import { readDrain } from './rules/drain.ts';
import { readLabels, readTaints } from './rules/labels.ts';
import { readDisk } from './rules/node-disk.ts';
import { type NameForm, type PoolRules, poolRulesOf } from './rules/pool-rules.ts';
import { readZones } from './rules/zones.ts';
import { POOL_INPUT, type PoolInput } from './schemas/pool.ts';

/** `undefined` when it is not even an object. `path`: pointer of the pool in the request; empty when it is the body. */
export function parsePool(raw: unknown, path: string, cloud: CloudConfig): Read<PoolSpec | undefined> {
  const lenient = parseLeniently(POOL_INPUT, raw, path);
  if (!lenient.value) return read(undefined, ...lenient.findings);
  const parsed = readPool(lenient.value, path, poolRulesOf(cloud));
  return read(parsed.value, ...withoutEchoes(lenient.findings, parsed.findings));
}

function readPool(given: PoolInput, path: string, rules: PoolRules): Read<PoolSpec> {
  const { take, add, findings } = collector();
  const pool: PoolSpec = {
    name: take(readForm(given.name, rules.name, 'POOL_NAME_INVALID', `${path}/name`)),
    ...take(rules.readOwn(given, path)),
    ...take(rules.readSize(given, path)),
    instanceType: take(
      readForm(given.instanceType, rules.instanceType, 'INSTANCE_TYPE_INVALID', `${path}/instanceType`),
    ),
    disk: take(readDisk(given.disk, rules.disk, `${path}/disk`)),
    zones: take(readZones(given.zones, rules.zones, `${path}/zones`)),
    labels: take(readLabels(given.labels, `${path}/labels`)),
    taints: take(readTaints(given.taints, `${path}/taints`)),
    drain: take(readDrain(given.drain, `${path}/drain`)),
  };
  add(rules.foreignFindings(given, path));
  add(rules.pooledFindings(pool, path));
  return read(pool, ...findings);
}

function readForm(given: unknown, form: NameForm, code: string, path: string): Read<string> {
  if (typeof given === 'string' && form.pattern.test(given)) return read(given);
  return read('', violation(code, path, form.message));
}

/** From one pool as it was sent to the pool as it is stored. What holds over all pools is judged in rules/system-pools.ts. */
import { violation } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { parseLeniently } from './lenient.ts';
import { collector, type Read, read, withoutEchoes } from './read.ts';
import { readDrain } from './rules/drain.ts';
import { foreignPoolFindings } from './rules/foreign-pool-fields.ts';
import { readLabels, readTaints } from './rules/labels.ts';
import { readDisk } from './rules/node-disk.ts';
import { readPoolSize } from './rules/pool-size.ts';
import { systemTaintFindings } from './rules/system-pools.ts';
import { readZones } from './rules/zones.ts';
import { POOL_INPUT, type PoolInput } from './schemas/pool.ts';

/** `undefined` when it is not even an object. `path`: pointer of the pool in the request; empty when it is the body. */
export function parsePool(raw: unknown, path: string): Read<PoolSpec | undefined> {
  const lenient = parseLeniently(POOL_INPUT, raw, path);
  if (!lenient.value) return read(undefined, ...lenient.findings);
  const parsed = readPool(lenient.value, path);
  return read(parsed.value, ...withoutEchoes(lenient.findings, parsed.findings));
}

function readPool(given: PoolInput, path: string): Read<PoolSpec> {
  const { take, add, findings } = collector();
  const pool: PoolSpec = {
    name: take(readPoolName(given.name, `${path}/name`)),
    role: 'worker',
    system: given.system ?? false,
    ...take(readPoolSize(given, path)),
    instanceType: take(readInstanceType(given.instanceType, `${path}/instanceType`)),
    disk: take(readDisk(given.disk, `${path}/disk`)),
    zones: take(readZones(given.zones, `${path}/zones`)),
    labels: take(readLabels(given.labels, `${path}/labels`)),
    taints: take(readTaints(given.taints, `${path}/taints`)),
    drain: take(readDrain(given.drain, `${path}/drain`)),
  };
  add(foreignPoolFindings(given, path));
  add(systemTaintFindings(pool, path));
  return read(pool, ...findings);
}

/** AKS: https://learn.microsoft.com/azure/aks/create-node-pools, «Limitations». */
function readPoolName(given: unknown, path: string): Read<string> {
  if (typeof given === 'string' && /^[a-z][a-z0-9]{0,11}$/.test(given)) return read(given);
  const message =
    'A pool of an AKS cluster has 1 to 12 lower-case letters and digits and begins with a letter.';
  return read('', violation('POOL_NAME_INVALID', path, message));
}

/** Which types exist is the cloud's to say; this only keeps nonsense out of requests to it. */
function readInstanceType(given: unknown, path: string): Read<string> {
  if (typeof given === 'string' && /^[A-Za-z][\w.-]{1,63}$/.test(given)) return read(given);
  const message = 'instanceType is the name of an instance type: «Standard_D4s_v5».';
  return read('', violation('INSTANCE_TYPE_INVALID', path, message));
}

/**
 * From a cluster as it was sent to the spec as it is stored, with the defaults of docs and api.md. Says everything that can
 * be said without asking a cloud or the store. The spec is there as soon as the rest could be judged on it; whether it
 * may be stored is for the findings to say.
 */

import { z } from 'zod';
import type { ClusterSpec, JsonObject } from '../domain/cluster.ts';
import { type Finding, violation } from '../domain/findings.ts';
import type { EpochMs } from '../domain/time.ts';
import { parseLeniently } from './lenient.ts';
import { parsePools } from './parse-pools.ts';
import { collector, type Read, read, withoutEchoes } from './read.ts';
import { readCloud } from './rules/cloud.ts';
import { proxyFindings } from './rules/cloud-fields.ts';
import { readName } from './rules/names.ts';
import { readSchedules } from './rules/schedules.ts';
import { readTags } from './rules/tags.ts';
import { pointer } from './schema-findings.ts';
import { CLUSTER_INPUT, type ClusterInput } from './schemas/cluster.ts';

export interface ParsedCluster {
  /** Empty when it is not a name. */
  readonly name: string;
  /** Absent when the cloud is none that we can judge. */
  readonly spec?: ClusterSpec;
  /** False: the pools are the default ones; ask `Cloud.defaultZones` for their zones. */
  readonly namesPools: boolean;
  readonly findings: readonly Finding[];
}

/** `nowMs`: schedules have to fire after it. */
export function parseCluster(raw: unknown, nowMs: EpochMs): ParsedCluster {
  const lenient = parseLeniently(CLUSTER_INPUT, raw);
  if (!lenient.value) return { name: '', namesPools: true, findings: lenient.findings };
  const parsed = readCluster(lenient.value, nowMs);
  return { ...parsed, findings: withoutEchoes(lenient.findings, parsed.findings) };
}

function readCluster(given: ClusterInput, nowMs: EpochMs): ParsedCluster {
  const { take, add, findings } = collector();
  const name = take(readName(given.name, '/name'));
  const cloud = take(readCloud(given.cloud, '/cloud'));
  const tags = take(readTags(given.tags, '/tags', cloud));
  const profile = take(readProfileReference(given.profile));
  const packOverrides = take(readOverrides(given.packOverrides, '/packOverrides'));
  const schedules = take(readSchedules(given.schedules, '/schedules', { nowMs }));
  add(proxyFindings(given.proxy, '/proxy'));
  const namesPools = given.pools !== undefined;
  if (!cloud) return { name, namesPools, findings };
  const pools = take(parsePools(given.pools, cloud, given.purpose));
  const spec: ClusterSpec = {
    ...(given.description === undefined ? {} : { description: given.description }),
    tags,
    ...(given.purpose === undefined ? {} : { purpose: given.purpose }),
    profile,
    packOverrides,
    cloud,
    pools,
    ...(schedules === undefined ? {} : { schedules }),
  };
  return { name, spec, namesPools, findings };
}

function readProfileReference(given: ClusterInput['profile']): Read<ClusterSpec['profile']> {
  if (given) return read(given);
  const message = 'A cluster is made from a profile: {"name", "version"}.';
  return read({ name: '', version: '' }, violation('PROFILE_REQUIRED', '/profile', message));
}

/** By pack. Whether the packs exist and take these values is for the profile to say: lib/profiles. */
export function readOverrides(given: unknown, path: string): Read<Readonly<Record<string, JsonObject>>> {
  if (given === undefined) return read({});
  const packs = z.record(z.string(), z.unknown()).safeParse(given);
  if (!packs.success) return read({}, overrideInvalid(path));
  const { take, findings } = collector();
  const values = Object.entries(packs.data).map(
    ([pack, inner]) => [pack, take(readValues(inner, path + pointer([pack])))] as const,
  );
  return read(Object.fromEntries(values), ...findings);
}

/** Values of one pack: any JSON object. */
export function readValues(given: unknown, path: string): Read<JsonObject> {
  const values = z.record(z.string(), z.json()).safeParse(given);
  return values.success ? read(values.data) : read({}, overrideInvalid(path));
}

function overrideInvalid(path: string): Finding {
  return violation('PACK_VALUES_INVALID', path, 'Values of a pack are a JSON object.');
}

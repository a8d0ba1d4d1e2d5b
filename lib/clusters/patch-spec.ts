/**
 * A merge patch of a cluster: description, tags, purpose and schedules change; everything else has a route of its own,
 * and the refusal names it. What reads add is let through, so that a read can be edited and sent back. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { parseLeniently } from '../api/lenient.ts';
import { collector, type Read, read } from '../api/read.ts';
import { renderSpec } from '../api/render-cluster.ts';
import { poolSetFindings } from '../api/rules/pool-set.ts';
import { readSchedules, type ScheduleContext } from '../api/rules/schedules.ts';
import { readTags } from '../api/rules/tags.ts';
import { CLUSTER_PATCH, SCHEDULES_INPUT } from '../api/schemas/cluster.ts';
import type { ClusterDocument, ClusterSpec } from '../domain/cluster.ts';
import { conflict, type Finding, violation } from '../domain/findings.ts';
import type { Schedules } from '../domain/schedules.ts';
import { isObject, mergePatch } from './merge-patch.ts';

/** Ignored: they are the server's. */
const ADDED_BY_READS = [
  'id',
  'project',
  'generation',
  'createdAt',
  'updatedAt',
  'createdBy',
  'status',
  'warnings',
] as const;

type Current = Pick<ClusterDocument, 'name' | 'spec'>;

export function patchSpec(current: Current, raw: unknown, context: ScheduleContext): Read<ClusterSpec> {
  const { take, add, findings } = collector();
  const { spec } = current;
  add(immutableFindings(current, raw));
  const lenient = parseLeniently(CLUSTER_PATCH, withoutForeign(raw));
  add(lenient.findings);
  const patch = lenient.value ?? {};
  const description = patch.description === undefined ? spec.description : (patch.description ?? undefined);
  const purpose = patch.purpose === undefined ? spec.purpose : (patch.purpose ?? undefined);
  const tags =
    patch.tags === undefined ? spec.tags : take(readTags(mergedTags(spec, patch.tags), '/tags', spec.cloud));
  const schedules =
    patch.schedules === undefined ? spec.schedules : take(patchSchedules(spec, patch.schedules, context));
  const { description: _d, purpose: _p, schedules: _s, ...kept } = spec;
  const next: ClusterSpec = {
    ...kept,
    tags,
    ...(description !== undefined && { description }),
    ...(purpose !== undefined && { purpose }),
    ...(schedules !== undefined && { schedules }),
  };
  if (purpose !== spec.purpose) {
    const { cloud, pools } = spec;
    add(poolSetFindings({ cloud, pools, purpose, at: 'change', path: '/purpose' }));
  }
  return read(next, ...findings);
}

/** An array replaces, as RFC 7396 has it; `null` takes all tags away. */
function mergedTags(spec: ClusterSpec, patch: unknown): unknown {
  return mergePatch(spec.tags, patch) ?? {};
}

function patchSchedules(
  spec: ClusterSpec,
  patch: unknown,
  context: ScheduleContext,
): Read<Schedules | undefined> {
  if (patch === null) return read(undefined);
  const merged = mergePatch(spec.schedules ?? {}, patch);
  const lenient = parseLeniently(SCHEDULES_INPUT, merged, '/schedules');
  const schedules = readSchedules(lenient.value, '/schedules', withStored(context, spec));
  return read(schedules.value, ...lenient.findings, ...schedules.findings);
}

/** A place that is stored already may be sent back, whatever became of it since. */
function withStored(context: ScheduleContext, { schedules }: ClusterSpec): ScheduleContext {
  const stored = schedules?.backup?.location;
  if (stored === undefined || context.locations === undefined) return context;
  return { ...context, locations: [...context.locations, { name: stored }] };
}

function withoutForeign(raw: unknown): unknown {
  if (!isObject(raw)) return raw;
  const foreign = new Set<string>([...ADDED_BY_READS, ...Object.keys(ROUTES), 'name', 'profile']);
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !foreign.has(key)));
}

/** Where each of the other parts is changed. */
const ROUTES = {
  pools: 'Pools are changed at .../pools and .../pools/{pool}.',
  cloud: 'A cluster stays where it was made; make another one elsewhere.',
  packOverrides: 'Overrides are changed at PUT .../packs/{pack}/values.',
} as const;

/** Sent back unchanged they are no request for a change. */
function immutableFindings({ name, spec }: Current, raw: unknown): readonly Finding[] {
  if (!isObject(raw)) return [];
  const findings: Finding[] = [];
  const shown = renderSpec(spec);
  const differs = (field: string, stored: unknown) =>
    raw[field] !== undefined && !isDeepStrictEqual(raw[field], stored);
  if (differs('name', name)) {
    findings.push(violation('FIELD_IMMUTABLE', '/name', 'The name of a cluster never changes.'));
  }
  for (const [field, route] of Object.entries(ROUTES)) {
    if (differs(field, Reflect.get(shown, field))) {
      findings.push(violation('FIELD_IMMUTABLE', `/${field}`, `«${field}» is not changed here.`, route));
    }
  }
  if (differs('profile', spec.profile)) {
    findings.push(
      conflict(
        'USE_PROFILE_UPDATE',
        '/profile',
        'Another version of the profile is taken over as an update.',
        'GET .../update shows it, POST .../update/apply takes it over.',
      ),
    );
  }
  return findings;
}

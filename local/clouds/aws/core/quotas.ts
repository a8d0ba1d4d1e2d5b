/** Service quotas of an account in a region: a fault of that name, else the catalogue. */
import { QUOTAS, type Quota, type QuotaName } from '../catalogue/quotas.ts';
import type { Place } from './call.ts';
import type { World } from './world.ts';

const byCode = new Map<string, Quota>(Object.values(QUOTAS).map((quota) => [quota.code, quota]));

/** The limit of a quota by its code, `L-0263D0A3`. Undefined: there is no such quota. */
export function quotaByCode(world: World, place: Place, code: string): number | undefined {
  const quota = byCode.get(code);
  if (!quota) return undefined;
  const names = [
    code,
    quota.name,
    ...Object.entries(QUOTAS).flatMap(([key, each]) => (each.code === code ? [key] : [])),
  ];
  const forced = names
    .map((name) => world.faults.quotaLimit(name, place.region))
    .find((limit) => limit !== undefined);
  return forced ?? quota.value;
}

export const quota = (world: World, place: Place, name: QuotaName): number =>
  quotaByCode(world, place, QUOTAS[name].code) ?? QUOTAS[name].value;

/**
 * Follows the prices of the instance types that spot pools use (A252). Pools that wait for a price ask for themselves;
 * this is what people see, also while the cloud does not answer.
 */

import { type Place, placesOf } from '../cloud-events/places.ts';
import { PassDeadlineError } from '../clouds/port.ts';
import { sameValue } from '../domain/canonical.ts';
import type { MachinePrices } from '../domain/prices.ts';
import { MINUTE_MS, toEpochMs, toInstant } from '../domain/time.ts';
import type { PassDeps } from '../reconcile/engine.ts';
import { accountGuard } from '../reconcile/guard.ts';
import { keepPrice, readPrice } from './price-store.ts';

/** A price that stays is written again after this long, so that its age says that it is still watched. */
const REPEAT_MS = 15 * MINUTE_MS;

export async function trackSpotPrices(deps: PassDeps): Promise<void> {
  const places = await placesOf(deps, ({ market }) => market !== undefined);
  await Promise.all(places.map((place) => track(deps, place)));
}

async function track(deps: PassDeps, { probe, access, region, clusters }: Place): Promise<void> {
  const types = [...new Set(clusters.flatMap(({ spotTypes = [] }) => spotTypes))].sort();
  if (types.length === 0 || probe.market === undefined) return;
  const guard = accountGuard(deps, access.account, `${region}/prices`);
  try {
    const prices = await probe.market.prices(access, region, guard, types);
    if (!prices.ok) {
      deps.logger.warn('Spot prices are as they were', { region, source: prices.error.source });
      return;
    }
    const { project, name: account } = access.account;
    for (const [instanceType, seen] of prices.value) {
      await keepWhenNew(deps, { project, account, region, instanceType }, seen);
    }
  } catch (error) {
    // Reads have no deadline of their own; a guard that says late ends this run, the next one asks again.
    if (!(error instanceof PassDeadlineError)) throw error;
  }
}

async function keepWhenNew(
  deps: PassDeps,
  key: Parameters<typeof keepPrice>[1],
  prices: MachinePrices,
): Promise<void> {
  const former = await readPrice(deps, key);
  const now = deps.clock.now();
  const fresh = former !== undefined && now - toEpochMs(former.at) < REPEAT_MS;
  if (fresh && sameValue(former.prices, prices)) return;
  await keepPrice(deps, key, prices, toInstant(now));
}

/** Prices as they were last seen, one small document per account, region and instance type, beside the directory. */

import { directoryAddress } from '../clusters/directory.ts';
import type { Deps } from '../deps.ts';
import type { MachinePrices } from '../domain/prices.ts';
import type { Instant } from '../domain/time.ts';
import type { StoredDocument } from '../store/port.ts';

export interface PriceKey {
  readonly project: string;
  readonly account: string;
  readonly region: string;
  readonly instanceType: string;
}

export interface PriceDocument extends StoredDocument {
  readonly type: 'spot-price';
  readonly prices: MachinePrices;
  readonly at: Instant;
}

/** Seconds; our choice: a price that was not seen for a day is no price. */
const TTL_SECONDS = 24 * 3_600;

type StoreDeps = Pick<Deps, 'store'>;

export async function readPrice({ store }: StoreDeps, key: PriceKey): Promise<PriceDocument | undefined> {
  const stored = await store.read<PriceDocument>(directoryAddress(key.project), idOf(key));
  return stored?.document;
}

export async function keepPrice(
  { store }: StoreDeps,
  key: PriceKey,
  prices: MachinePrices,
  at: Instant,
): Promise<void> {
  const document: PriceDocument = { id: idOf(key), type: 'spot-price', ttl: TTL_SECONDS, prices, at };
  await store.upsert(directoryAddress(key.project), document);
}

function idOf({ account, region, instanceType }: PriceKey): string {
  return `spot:${account}:${region}:${instanceType}`;
}

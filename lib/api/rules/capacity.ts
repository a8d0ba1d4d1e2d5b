/** How the machines of a pool are bought: on demand, or spot with a bid (A249 to A251). */
import { type Finding, violation, warning } from '../../domain/findings.ts';
import type { Capacity, PoolSpec, SpotOptions } from '../../domain/pool.ts';
import { type Read, read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';

/** Ten times the on-demand price: what EC2 once bounded bids by; beyond it is a slip of the finger. Our choice. */
const MAX_BID_PERCENT = 1_000;

export function readCapacity(given: PoolInput, path: string): Read<Pick<PoolSpec, 'capacity' | 'spot'>> {
  const { capacity = 'on-demand', spot } = given;
  if (!isCapacity(capacity)) {
    const message = 'capacity is on-demand or spot.';
    return read({ capacity: 'on-demand' }, violation('VALUE_INVALID', `${path}/capacity`, message));
  }
  if (capacity === 'on-demand') return read({ capacity }, ...unexpected(spot, `${path}/spot`));
  if (given.role === 'control-plane') return read({}, workerOnly(`${path}/capacity`));
  const options = readSpot(spot, `${path}/spot`);
  return read({ capacity, spot: options.value }, ...options.findings);
}

function isCapacity(value: unknown): value is Capacity {
  return value === 'on-demand' || value === 'spot';
}

function unexpected(spot: PoolInput['spot'], path: string): readonly Finding[] {
  if (spot === undefined) return [];
  const message = 'The machines of this pool are bought on demand; there is nothing to bid for.';
  return [
    violation('SPOT_FIELDS_UNEXPECTED', path, message, 'Set capacity to spot, or leave the field out.'),
  ];
}

function workerOnly(path: string): Finding {
  const message = 'EC2 takes spot machines back at any time; the control plane is bought on demand.';
  return violation('SPOT_WORKER_ONLY', path, message);
}

function readSpot(given: PoolInput['spot'], path: string): Read<SpotOptions> {
  const { maxBidPercent, fallback = 'none' } = given ?? {};
  const isFallback = fallback === 'none' || fallback === 'on-demand';
  const bid = readBid(maxBidPercent, `${path}/maxBidPercent`);
  return read(
    { maxBidPercent: bid.value, fallback: isFallback ? fallback : 'none' },
    ...bid.findings,
    ...(isFallback ? [] : [violation('VALUE_INVALID', `${path}/fallback`, 'fallback is none or on-demand.')]),
  );
}

function readBid(given: unknown, path: string): Read<number> {
  if (given === undefined) {
    const message = 'Say the most that is paid, in percent of the on-demand price.';
    return read(100, violation('SPOT_MAX_BID_REQUIRED', path, message));
  }
  if (typeof given !== 'number' || !(given > 0 && given <= MAX_BID_PERCENT)) {
    const message = `maxBidPercent is a number above 0 and at most ${MAX_BID_PERCENT}.`;
    return read(100, violation('SPOT_MAX_BID_INVALID', path, message));
  }
  if (given <= 100) return read(given);
  const message = `Up to ${given} % of the on-demand price may be paid: more than machines on demand cost.`;
  return read(given, warning('SPOT_MAX_BID_ABOVE_ON_DEMAND', path, message));
}

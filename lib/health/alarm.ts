/** Mass silence: found, told once to those who run Slipway, and what it means for the clusters of this sweep. */
import { type EpochMs, toInstant } from '../domain/time.ts';
import type { HealthDeps } from './change.ts';
import { type Count, countIn, type FleetDocument, isMassSilence, saveFleet, type Turn } from './fleet.ts';
import type { SeenMap } from './seen.ts';
import type { Listening } from './silence.ts';
import { tellFleet } from './tell.ts';
import { shortestSilenceMs } from './thresholds.ts';

/** `undefined`: another sweep has taken the turn meanwhile. */
export async function soundAlarm(
  deps: HealthDeps,
  { fleet, etag }: Turn,
  shards: readonly { readonly seen: SeenMap }[],
): Promise<Listening | undefined> {
  const shortestMs = shortestSilenceMs(deps.config);
  const count = countAll(shards, fleet.observedMs, shortestMs);
  const isMass = isMassSilence(count, fleet.massSilence !== undefined);
  const after = afterwards(fleet, count, isMass);
  if (after !== fleet) {
    await tell(deps, fleet.sweptAtMs, count, isMass);
    if (!(await saveFleet(deps, after, etag))) return undefined;
  }
  const { observedMs, calmMs } = after;
  return { observedMs, calmMs, isMassSilence: isMass, shortestMs };
}

function countAll(
  shards: readonly { readonly seen: SeenMap }[],
  observedMs: number,
  shortestMs: number,
): Count {
  const count: Count = { alive: 0, fallen: 0, mass: 0 };
  for (const { seen } of shards) for (const one of seen.values()) countIn(count, one, observedMs, shortestMs);
  return count;
}

/** The very same document when the alarm neither starts nor ends. */
function afterwards(fleet: FleetDocument, { alive, fallen, mass }: Count, isMass: boolean): FleetDocument {
  const { massSilence, ...rest } = fleet;
  if (isMass === (massSilence !== undefined)) return fleet;
  if (!isMass) return { ...rest, calmMs: fleet.observedMs };
  return { ...rest, massSilence: { sinceMs: fleet.sweptAtMs, silent: fallen + mass, alive } };
}

/** Before it is written: a crash in between tells it twice rather than never. */
async function tell(deps: HealthDeps, nowMs: EpochMs, count: Count, isMass: boolean): Promise<void> {
  const data = { silent: count.fallen + count.mass, alive: count.alive };
  if (isMass) deps.logger.error('Many clusters fell silent together', data);
  else deps.logger.info('The mass silence is over', data);
  await tellFleet(deps, isMass ? 'silent' : 'heard', toInstant(nowMs), data);
}

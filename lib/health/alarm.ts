/**
 * Mass silence: found, told once to those who run Slipway, and what it means for the clusters of this sweep. What is to be
 * told is written first, so that a sweep that dies leaves it to the next one, which says the same.
 */
import { toInstant } from '../domain/time.ts';
import { QueueUnavailableError } from '../queue/port.ts';
import type { HealthDeps } from './change.ts';
import { type Count, countIn, type FleetDocument, isMassSilence, saveFleet, type Turn } from './fleet.ts';
import type { SeenMap } from './seen.ts';
import type { Listening } from './silence.ts';
import { tellFleet } from './tell.ts';
import { shortestSilenceMs } from './thresholds.ts';

type Held = Pick<Turn, 'fleet' | 'etag'>;

/** `undefined`: another sweep has taken the turn meanwhile. */
export async function soundAlarm(
  deps: HealthDeps,
  turn: Turn,
  shards: readonly { readonly seen: SeenMap }[],
): Promise<Listening | undefined> {
  const held = await told(deps, turn);
  if (!held) return undefined;
  const { fleet } = held;
  const shortestMs = shortestSilenceMs(deps.config);
  const count = countAll(shards, fleet.observedMs, shortestMs);
  const isMass = isMassSilence(count, fleet.massSilence !== undefined);
  const after = afterwards(fleet, count, isMass);
  if (after !== fleet && !(await changed(deps, held, after))) return undefined;
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
  const numbers = { silent: fallen + mass, alive };
  const untold = { what: isMass ? 'silent' : 'heard', atMs: fleet.sweptAtMs, ...numbers } as const;
  if (!isMass) return { ...rest, calmMs: fleet.observedMs, untold };
  return { ...rest, massSilence: { sinceMs: fleet.sweptAtMs, ...numbers }, untold };
}

/** Whether it is still our turn. */
async function changed(deps: HealthDeps, { etag }: Held, fleet: FleetDocument): Promise<boolean> {
  const next = await saveFleet(deps, fleet, etag);
  if (next === undefined) return false;
  const { massSilence, untold } = fleet;
  const data = { silent: untold?.silent, alive: untold?.alive };
  if (massSilence) deps.logger.error('Many clusters fell silent together', data);
  else deps.logger.info('The mass silence is over', data);
  return (await told(deps, { fleet, etag: next })) !== undefined;
}

/** With nothing left to tell, unless the broker is away: that is no reason to judge nobody. */
async function told(deps: HealthDeps, held: Held): Promise<Held | undefined> {
  const { untold, ...fleet } = held.fleet;
  if (untold === undefined) return held;
  const { what, atMs, silent, alive } = untold;
  try {
    await tellFleet(deps, what, toInstant(atMs), { silent, alive });
  } catch (error) {
    if (!(error instanceof QueueUnavailableError)) throw error;
    deps.logger.warn('Leaving a message about the fleet to the next health sweep', { what });
    return held;
  }
  const etag = await saveFleet(deps, fleet, held.etag);
  return etag === undefined ? undefined : { fleet, etag };
}

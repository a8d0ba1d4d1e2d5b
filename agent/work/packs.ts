/** Passes over the packs: at once after a change, soon while something is not in place, now and then against drift. */
import type { Definition } from '../../lib/domain/agent.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { type PackDeps, type PackPass, reconcilePacks } from '../packs/reconcile.ts';
import type { Work } from './work.ts';

/** Milliseconds. Our choice: what is being installed is looked at often at first. */
const SOON_MS = 10_000;
const LATER_MS = 120_000;
const DRIFT_MS = 900_000;

export interface PackLoopOptions {
  readonly deps: PackDeps;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export async function packLoop({ deps, log, signal }: PackLoopOptions, work: Work): Promise<void> {
  let unsettled = 0;
  while (!signal.aborted) {
    const { definition } = work;
    const pass = definition === undefined ? undefined : await attempted(deps, log, definition);
    if (signal.aborted) return;
    if (pass !== undefined && definition !== undefined) tell(work, definition, pass);
    const settled = definition === undefined || (pass !== undefined && isInPlace(pass));
    unsettled = settled ? 0 : unsettled + 1;
    await work.packsDue.wait(settled ? DRIFT_MS : again(unsettled, pass), signal);
  }
}

/** What fails is left alone for longer each time: helm installs and takes back with every try. */
function again(unsettled: number, pass: PackPass | undefined): number {
  const longest = pass?.reports.some(({ state }) => state === 'Failed') ? DRIFT_MS : LATER_MS;
  return Math.min(SOON_MS * 2 ** Math.min(unsettled - 1, 8), longest);
}

/** A bug in one pass must not end the agent: the next one may find another world. */
async function attempted(deps: PackDeps, log: Logger, definition: Definition): Promise<PackPass | undefined> {
  try {
    return await reconcilePacks(deps, definition);
  } catch (thrown) {
    log.error('Pass over packs failed', { error: thrown });
    return undefined;
  }
}

function tell(work: Work, { generation }: Definition, pass: PackPass): void {
  work.packs = pass.reports;
  work.releases = pass.releases;
  if (isInPlace(pass)) work.observedGeneration = generation;
}

const isInPlace = ({ reports }: PackPass): boolean => reports.every(({ state }) => state === 'Ready');

/** Is every part that a request needs there? Asked side by side, each with its own bound, and nothing of it is cached. */
import type { Deps } from '../deps.ts';

export const PARTS = ['store', 'queue', 'secrets'] as const;
export type Part = (typeof PARTS)[number];

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<Part, 'ready' | 'unavailable'>>;
}

/** Shorter than the probes of load balancers wait: Azure Front Door gives up after 5 s by default. */
const PATIENCE_MS = 4_000;

/** A name that no secret has: an answer, even «absent», proves the store. */
const PROBE_SECRET = 'readiness-probe';

export async function readiness(deps: Pick<Deps, 'store' | 'queue' | 'secrets'>): Promise<Readiness> {
  const [store, queue, secrets] = await Promise.all([
    answers(() => deps.store.ping()),
    answers(() => deps.queue.ping()),
    answers(async () => {
      await deps.secrets.get(PROBE_SECRET);
      return true;
    }),
  ]);
  return {
    ready: store && queue && secrets,
    parts: { store: word(store), queue: word(queue), secrets: word(secrets) },
  };
}

const word = (ready: boolean) => (ready ? 'ready' : 'unavailable');

/** Whatever goes wrong while asking means the same here: the part does not answer. */
async function answers(ask: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([ask(), patience]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** What goes wrong at the clusters' own Kubernetes: API servers that are down, machines that never become Ready nodes. */
import type { AzureSide } from './azure-side.ts';
import type { Dice } from './dice.ts';
import type { Scheduler } from './scheduler.ts';

const MINUTE = 60_000;
const RETRY_MS = 20_000;

export interface NodeWeather {
  /** Nodes that are kept from being Ready now, by name. */
  readonly struck: ReadonlySet<string>;
}

/** Every fault ends by itself within minutes, the last ones some minutes after `until`. */
export function plantNodeWeather(
  side: AzureSide,
  world: { readonly scheduler: Scheduler; readonly dice: Dice },
  span: { readonly from: number; readonly until: number },
): NodeWeather {
  const { scheduler, dice } = world;
  const struck = new Set<string>();
  const storms = Math.floor(dice.between(2, 12));
  for (let storm = 0; storm < storms; storm += 1) {
    const begins = dice.between(span.from, span.until);
    const lasts = dice.between(1, 12) * MINUTE;
    const which = dice.next();
    const strike = dice.hits(0.3) ? downServer : newbornNode;
    const attempt = () => {
      const mend = strike(side, which, struck);
      if (mend) scheduler.at(scheduler.now() + lasts, mend);
      // There is nothing to strike yet.
      else if (scheduler.now() < span.until) scheduler.at(scheduler.now() + RETRY_MS, attempt);
    };
    scheduler.at(begins, attempt);
  }
  return { struck };
}

type Mend = () => void;

function downServer({ azure, kubernetes }: AzureSide, which: number): Mend | undefined {
  const uid = at(azure.clusters(), which)?.uid;
  if (uid === undefined) return undefined;
  const { id } = kubernetes.faults.add(uid, { kind: 'api-down' });
  return () => void kubernetes.faults.clear(uid, id);
}

/** Strikes before the node joins: nobody may count on it until it is Ready for the first time. */
function newbornNode({ azure, kubernetes }: AzureSide, which: number, struck: Set<string>): Mend | undefined {
  const unborn = azure
    .clusters()
    .flatMap(({ id, uid }) => azure.machines(id).map(({ name, state }) => ({ uid, name, state })))
    .filter(({ state }) => state === 'Creating');
  const machine = at(unborn, which);
  if (!machine) return undefined;
  const { uid, name: node } = machine;
  const { id } = kubernetes.faults.add(uid, {
    kind: 'node-condition',
    node,
    condition: 'Ready',
    status: 'False',
  });
  struck.add(node);
  return () => {
    kubernetes.faults.clear(uid, id);
    struck.delete(node);
  };
}

/** `which`: 0 to 1. */
function at<T>(items: readonly T[], which: number): T | undefined {
  return items[Math.floor(which * items.length)];
}

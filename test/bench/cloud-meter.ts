/**
 * Counts what the simulated Azure is asked for, by operation, and finds PUTs that change nothing: the resource after
 * one differs from the resource before it in something that a caller can set, or the PUT was not worth its place in the
 * bucket of twenty.
 */
import type { AzureSimulator } from '../../local/clouds/azure/simulator.ts';
import type { State } from '../../local/clouds/azure/state.ts';
import type { SimHandler } from '../../local/clouds/kit/wire.ts';

export interface CloudCounts {
  /** ARM writes that change something at the cloud, by operation. */
  readonly writes: Readonly<Record<string, number>>;
  /** Credentials are listed with a POST that changes nothing. */
  readonly reads: Readonly<Record<string, number>>;
  readonly throttled: number;
  /** Operations of PUTs that were accepted and changed nothing. */
  readonly idlePuts: readonly string[];
}

const READING_ACTION = /\/(?:list|check|get)[a-z]*$/i;

export class CloudMeter {
  readonly handle: SimHandler;
  #writes: Record<string, number> = {};
  #reads: Record<string, number> = {};
  #throttled = 0;
  #idlePuts: string[] = [];

  constructor(azure: AzureSimulator, state: State) {
    this.handle = (request) => {
      const { pathname } = new URL(request.url);
      const before = request.method === 'PUT' ? wishAt(state, pathname) : '';
      const answer = azure.handle(request);
      const operation = azure.log.entries().at(-1)?.operation ?? 'unknown';
      if (operation === 'signIn') return answer;
      const status = answer === 'cut' ? 0 : answer.status;
      this.#count(request.method, pathname, operation, status);
      if (request.method === 'PUT' && status < 300 && wishAt(state, pathname) === before)
        this.#idlePuts.push(operation);
      return answer;
    };
  }

  /** Since the last call. */
  take(): CloudCounts {
    const counts = {
      writes: this.#writes,
      reads: this.#reads,
      throttled: this.#throttled,
      idlePuts: this.#idlePuts,
    };
    this.#writes = {};
    this.#reads = {};
    this.#throttled = 0;
    this.#idlePuts = [];
    return counts;
  }

  #count(method: string, path: string, operation: string, status: number): void {
    if (status === 429) this.#throttled += 1;
    const reads = method === 'GET' || method === 'HEAD' || (method === 'POST' && READING_ACTION.test(path));
    const counts = reads ? this.#reads : this.#writes;
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
}

/** What callers have asked for at this address: no states, no etags, no times. */
function wishAt(state: State, path: string): string {
  const key = path.toLowerCase();
  const cluster = state.clusters.get(key);
  const pools = state.pools.get(key) ? [state.pools.get(key)] : state.pools.inGroup(key);
  return JSON.stringify([
    cluster && [cluster.tags, cluster.sku, cluster.properties, cluster.targetVersion],
    pools.map((pool) => pool && [pool.name, pool.tags, pool.properties, pool.targetVersion]),
  ]);
}

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

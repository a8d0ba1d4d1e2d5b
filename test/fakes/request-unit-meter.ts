/**
 * Adds up request units per container and operation, so that a test can hold a scenario to a budget. Only counts;
 * what an operation costs is decided in lib/store/request-units.ts.
 */
import type { ContainerName } from '../../lib/store/port.ts';

export type StoreOperation = 'read' | 'create' | 'replace' | 'upsert' | 'delete' | 'query';

export interface Charged {
  readonly count: number;
  readonly requestUnits: number;
}

export interface RequestUnitTotals extends Charged {
  /** Keyed `clusters.replace`; operations of a batch count one by one. */
  readonly by: Readonly<Record<string, Charged>>;
}

const NOTHING: Charged = { count: 0, requestUnits: 0 };

export class RequestUnitMeter {
  readonly #by = new Map<string, Charged>();

  charge(container: ContainerName, operation: StoreOperation, requestUnits: number): void {
    const key = `${container}.${operation}`;
    this.#by.set(key, add(this.#by.get(key) ?? NOTHING, { count: 1, requestUnits }));
  }

  totals(): RequestUnitTotals {
    return { ...[...this.#by.values()].reduce(add, NOTHING), by: Object.fromEntries(this.#by) };
  }

  reset(): void {
    this.#by.clear();
  }
}

function add(a: Charged, b: Charged): Charged {
  return { count: a.count + b.count, requestUnits: a.requestUnits + b.requestUnits };
}

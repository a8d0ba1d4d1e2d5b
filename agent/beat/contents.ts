/**
 * What a beat carries beside life itself: each list when it is not the one that was last acknowledged, and all of them
 * now and then, because the other side may have lost them.
 */
import { createHash } from 'node:crypto';
import type { Heartbeat } from '../../lib/domain/agent.ts';
import { canonical } from '../../lib/domain/canonical.ts';

export type Lists = Pick<Heartbeat, 'nodes' | 'services' | 'packs' | 'backupLocations'>;
type ListName = keyof Lists;
const LISTS = ['nodes', 'services', 'packs', 'backupLocations'] as const satisfies readonly ListName[];

/** Milliseconds after which a list is sent although it did not change. Our choice. */
const AGAIN_AFTER_MS = 3_600_000;

export interface Contents {
  /** Those of the lists that are to be sent. */
  due(lists: Lists): Lists;
  acknowledged(sent: Lists): void;
}

interface Acknowledged {
  readonly digest: string;
  readonly atMs: number;
}

/** Digests, not lists: the reports of a big cluster are megabytes. `now`: monotonic milliseconds. */
export function contents(now: () => number): Contents {
  const known = new Map<ListName, Acknowledged>();
  return {
    due(lists) {
      const names = LISTS.filter((name) => {
        const last = known.get(name);
        if (lists[name] === undefined) return false;
        return last?.digest !== digest(lists[name]) || now() - last.atMs >= AGAIN_AFTER_MS;
      });
      return Object.fromEntries(names.map((name) => [name, lists[name]]));
    },
    acknowledged(sent) {
      for (const name of LISTS) {
        if (sent[name] !== undefined) known.set(name, { digest: digest(sent[name]), atMs: now() });
      }
    },
  };
}

const digest = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('base64');

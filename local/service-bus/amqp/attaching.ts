/** A receiver's attach in progress: what serving it takes, and how to turn it down. */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Namespace } from '../engine/namespace.ts';
import type { Timers } from '../engine/timers.ts';
import type { Turn } from '../engine/turn.ts';
import type { Client } from './client.ts';
import { toCondition } from './errors.ts';
import type { SenderLink } from './rhea.ts';

export interface Attaching {
  readonly link: SenderLink;
  readonly client: Client;
  readonly namespace: Namespace;
  readonly turn: Turn;
  readonly timers: Timers;
  readonly now: () => EpochMs;
}

/** An empty source tells the client at once that the detach follows. */
export function refuse(link: SenderLink, error: unknown): void {
  link.set_source({});
  link.close(toCondition(error));
}

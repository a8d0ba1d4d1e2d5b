/** A receiver's attach in progress: what serving it takes, and how to turn it down. */
import { setImmediate } from 'node:timers';
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

/**
 * Attach and detach leave in one packet: of an accept, the client looks for the reason only 1 ms after the attach, and
 * reports SessionCannotBeLocked when the detach is not there yet.
 */
export function refuse(link: SenderLink, error: unknown): void {
  const { socket } = link.connection;
  socket.cork();
  setImmediate(() => socket.uncork());
  link.set_source({});
  link.close(toCondition(error));
}

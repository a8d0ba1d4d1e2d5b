/**
 * What must outlive the process, as a port. The engine writes every change as it makes it; nothing counts before
 * `commit`, and nothing is told to a client before that (turn.ts).
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { MessageState, Properties } from './message.ts';

/** A message as it was last committed. */
export interface MessageRecord {
  readonly sequenceNumber: number;
  readonly enqueuedSequenceNumber: number;
  readonly messageId: string;
  readonly sessionId?: string;
  readonly payload: Uint8Array;
  readonly enqueuedAt: EpochMs;
  readonly timeToLiveMs: number;
  readonly expiresAt: EpochMs;
  readonly overrides: Properties;
  readonly state: MessageState;
  readonly deliveryCount: number;
  /** It was in a receiver's hands. Locks die with the process, so that delivery has failed. */
  readonly locked: boolean;
}

/** Everything known about one entity when the process starts. */
export interface EntityRecord {
  /** Ascending by sequence number. */
  readonly messages: readonly MessageRecord[];
  readonly lastSequenceNumber: number;
  readonly sessionStates: ReadonlyMap<string, Uint8Array>;
  /** Message ids and the end of the time in which they count as duplicates, soonest first. */
  readonly rememberedIds: ReadonlyMap<string, EpochMs>;
}

export interface Journal {
  load(entity: string): EntityRecord;
  insert(entity: string, message: MessageRecord): void;
  /** Writes what can change: state, delivery count, overrides, lock. */
  update(entity: string, message: MessageRecord): void;
  remove(entity: string, sequenceNumber: number): void;
  saveSessionState(entity: string, sessionId: string, state: Uint8Array | undefined): void;
  rememberId(entity: string, messageId: string, until: EpochMs): void;
  forgetIds(entity: string, until: EpochMs): void;
  commit(): void;
}

/** Keeps nothing: what a broker without a file uses. */
export const volatileJournal: Journal = {
  load: () => ({ messages: [], lastSequenceNumber: 0, sessionStates: new Map(), rememberedIds: new Map() }),
  insert: () => undefined,
  update: () => undefined,
  remove: () => undefined,
  saveSessionState: () => undefined,
  rememberId: () => undefined,
  forgetIds: () => undefined,
  commit: () => undefined,
};

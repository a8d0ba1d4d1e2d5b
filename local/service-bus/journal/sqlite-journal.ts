/**
 * The journal in one SQLite file. Statements run as changes happen, inside a transaction that the first of them opens and
 * `commit` closes. WAL with synchronous=NORMAL keeps every commit through a killed process, which is the promise; a power
 * cut may cost the last ones (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
import { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { EntityRecord, Journal, MessageRecord } from '../engine/journal.ts';
import { fromRow, toRow } from './rows.ts';
import { SCHEMA } from './schema.ts';

/** A second broker on the same file would hand out the same messages: the lock makes it fail at once instead. */
const PRAGMAS = 'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;';

export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #sequences = new Map<string, number>();
  #isOpen = false;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(PRAGMAS + SCHEMA);
    this.#statements = prepare(this.#database);
  }

  load(entity: string): EntityRecord {
    const { messages, sequence, states, ids } = this.#statements;
    return {
      messages: messages.all(entity).map(fromRow),
      lastSequenceNumber: Number(sequence.get(entity)?.last ?? 0),
      sessionStates: new Map(states.all(entity).map((row) => [String(row.session_id), bytes(row.state)])),
      rememberedIds: new Map(ids.all(entity).map((row) => [String(row.message_id), Number(row.until)])),
    };
  }

  insert(entity: string, message: MessageRecord): void {
    this.#begin();
    this.#statements.insert.run({ entity, ...toRow(message) });
    this.#sequences.set(entity, Math.max(message.sequenceNumber, this.#sequences.get(entity) ?? 0));
  }

  update(entity: string, message: MessageRecord): void {
    this.#begin();
    const { seq, state, delivery_count, locked, overrides } = toRow(message);
    this.#statements.update.run({ entity, seq, state, delivery_count, locked, overrides });
  }

  remove(entity: string, sequenceNumber: number): void {
    this.#begin();
    this.#statements.remove.run(entity, sequenceNumber);
  }

  saveSessionState(entity: string, sessionId: string, state: Uint8Array | undefined): void {
    this.#begin();
    if (state) this.#statements.saveState.run(entity, sessionId, state);
    else this.#statements.dropState.run(entity, sessionId);
  }

  rememberId(entity: string, messageId: string, until: EpochMs): void {
    this.#begin();
    this.#statements.rememberId.run(entity, messageId, until);
  }

  forgetIds(entity: string, until: EpochMs): void {
    this.#begin();
    this.#statements.forgetIds.run(entity, until);
  }

  commit(): void {
    if (!this.#isOpen) return;
    for (const [entity, last] of this.#sequences) this.#statements.saveSequence.run(entity, last);
    this.#sequences.clear();
    this.#database.exec('COMMIT');
    this.#isOpen = false;
  }

  close(): void {
    this.commit();
    this.#database.close();
  }

  #begin(): void {
    if (this.#isOpen) return;
    this.#database.exec('BEGIN');
    this.#isOpen = true;
  }
}

function prepare(database: DatabaseSync) {
  return {
    messages: database.prepare('SELECT * FROM message WHERE entity = ? ORDER BY seq'),
    sequence: database.prepare('SELECT last FROM sequence WHERE entity = ?'),
    states: database.prepare('SELECT session_id, state FROM session_state WHERE entity = ?'),
    ids: database.prepare('SELECT message_id, until FROM seen_id WHERE entity = ? ORDER BY until'),
    insert: database.prepare(
      `INSERT INTO message VALUES (:entity, :seq, :enqueued_seq, :message_id, :session_id, :payload, :enqueued_at,
        :time_to_live, :expires_at, :overrides, :state, :delivery_count, :locked)`,
    ),
    update: database.prepare(
      `UPDATE message SET state = :state, delivery_count = :delivery_count, locked = :locked, overrides = :overrides
        WHERE entity = :entity AND seq = :seq`,
    ),
    remove: database.prepare('DELETE FROM message WHERE entity = ? AND seq = ?'),
    saveSequence: database.prepare('INSERT OR REPLACE INTO sequence VALUES (?, ?)'),
    saveState: database.prepare('INSERT OR REPLACE INTO session_state VALUES (?, ?, ?)'),
    dropState: database.prepare('DELETE FROM session_state WHERE entity = ? AND session_id = ?'),
    rememberId: database.prepare('INSERT OR REPLACE INTO seen_id VALUES (?, ?, ?)'),
    forgetIds: database.prepare('DELETE FROM seen_id WHERE entity = ? AND until <= ?'),
  };
}

function bytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

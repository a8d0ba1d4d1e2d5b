/**
 * The durable copy of everything the server holds, in SQLite. Documents are served from memory; each write reaches
 * the journal before it is answered. With a write-ahead log a committed write survives a kill of the process
 * (SQLite documentation, «WAL mode and synchronous=NORMAL»); only a loss of power may take the last ones.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { Item } from './items.ts';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS databases (id TEXT PRIMARY KEY, ts INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS containers (
    db TEXT, id TEXT, definition TEXT, ts INTEGER, lsn INTEGER, PRIMARY KEY (db, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS items (
    db TEXT, container TEXT, partition TEXT, id TEXT, body TEXT, sequence INTEGER, lsn INTEGER, expires_at INTEGER,
    PRIMARY KEY (db, container, partition, id)
  ) STRICT, WITHOUT ROWID;`;

const DATABASE_ROW = z.object({ id: z.string(), ts: z.number() });
const CONTAINER_ROW = DATABASE_ROW.extend({ db: z.string(), definition: z.string(), lsn: z.number() });
const ITEM_ROW = z.object({
  partition: z.string(),
  id: z.string(),
  body: z.string(),
  sequence: z.number(),
  lsn: z.number(),
  expires_at: z.number().nullable(),
});

export type DatabaseRow = z.infer<typeof DATABASE_ROW>;
export type ContainerRow = z.infer<typeof CONTAINER_ROW>;
export type ItemRow = z.infer<typeof ITEM_ROW>;

export interface Place {
  readonly db: string;
  readonly container: string;
}

export class Journal {
  readonly #sql: DatabaseSync;
  readonly #putItem: StatementSync;
  readonly #removeItem: StatementSync;
  readonly #setLsn: StatementSync;

  /** `file` may be `:memory:`. */
  constructor(file: string) {
    this.#sql = new DatabaseSync(file);
    this.#sql.exec(SCHEMA);
    this.#putItem = this.#sql.prepare('INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#removeItem = this.#sql.prepare(
      'DELETE FROM items WHERE db = ? AND container = ? AND partition = ? AND id = ?',
    );
    this.#setLsn = this.#sql.prepare('UPDATE containers SET lsn = ? WHERE db = ? AND id = ?');
  }

  databases(): readonly DatabaseRow[] {
    return this.#sql
      .prepare('SELECT * FROM databases')
      .all()
      .map((row) => DATABASE_ROW.parse(row));
  }

  containers(db: string): readonly ContainerRow[] {
    const rows = this.#sql.prepare('SELECT * FROM containers WHERE db = ?').all(db);
    return rows.map((row) => CONTAINER_ROW.parse(row));
  }

  /** In the order in which they were written. */
  *items({ db, container }: Place): Iterable<ItemRow> {
    const rows = this.#sql.prepare('SELECT * FROM items WHERE db = ? AND container = ? ORDER BY lsn');
    for (const row of rows.iterate(db, container)) yield ITEM_ROW.parse(row);
  }

  putDatabase(id: string, ts: number): void {
    this.#sql.prepare('INSERT INTO databases VALUES (?, ?)').run(id, ts);
  }

  removeDatabase(id: string): void {
    this.transaction(() => {
      this.#sql.prepare('DELETE FROM items WHERE db = ?').run(id);
      this.#sql.prepare('DELETE FROM containers WHERE db = ?').run(id);
      this.#sql.prepare('DELETE FROM databases WHERE id = ?').run(id);
    });
  }

  putContainer(row: ContainerRow): void {
    this.#sql
      .prepare('INSERT OR REPLACE INTO containers VALUES (?, ?, ?, ?, ?)')
      .run(row.db, row.id, row.definition, row.ts, row.lsn);
  }

  removeContainer({ db, container }: Place): void {
    this.transaction(() => {
      this.#sql.prepare('DELETE FROM items WHERE db = ? AND container = ?').run(db, container);
      this.#sql.prepare('DELETE FROM containers WHERE db = ? AND id = ?').run(db, container);
    });
  }

  putItem({ db, container }: Place, item: Item): void {
    const { partition, id, body, sequence, lsn, expiresAt } = item;
    const expiry = Number.isFinite(expiresAt) ? Math.trunc(expiresAt) : null;
    this.#putItem.run(db, container, partition, id, JSON.stringify(body), sequence, lsn, expiry);
  }

  /** Remembers the number of the delete too: the change feed must not count backwards after a restart. */
  removeItem({ db, container }: Place, item: Item, lsn: number): void {
    this.#removeItem.run(db, container, item.partition, item.id);
    this.#setLsn.run(lsn, db, container);
  }

  /** All or nothing. Transactions do not nest. */
  transaction<T>(work: () => T): T {
    this.#sql.exec('BEGIN');
    try {
      const result = work();
      this.#sql.exec('COMMIT');
      return result;
    } catch (error) {
      this.#sql.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#sql.close();
  }
}

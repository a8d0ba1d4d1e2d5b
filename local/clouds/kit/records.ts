/**
 * The state of a simulated cloud: named tables of plain JSON values, kept in memory and, when a file is given, written
 * through to SQLite. One request is one unit: `commit` makes all of its changes durable at once, `rollback` undoes
 * them, so a refused or crashed request leaves nothing behind. Values are replaced, never changed in place.
 */
import { DatabaseSync } from 'node:sqlite';

export interface Table<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  delete(key: string): void;
  /** In the order of first insertion. */
  values(): readonly T[];
  /** The values that the table's grouping puts under this name, in the order of first insertion. */
  inGroup(group: string): readonly T[];
}

export interface Records {
  /** A table by name; the same name gives the same table. `groupBy` keeps an index for `inGroup`. */
  table<T>(name: string, groupBy?: (value: T) => string): Table<T>;
  commit(): void;
  rollback(): void;
  close(): void;
}

interface Change {
  readonly table: string;
  readonly key: string;
  readonly json: string | undefined;
}

/** Where committed changes go. */
interface Storage {
  load(table: string): readonly { readonly key: string; readonly json: string }[];
  save(changes: readonly Change[]): void;
  close(): void;
}

const nowhere: Storage = { load: () => [], save: () => undefined, close: () => undefined };

export const memoryRecords = (): Records => recordsOn(nowhere);

/** Survives kill -9: WAL, one transaction per commit. */
export function sqliteRecords(file: string): Records {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
  db.exec('CREATE TABLE IF NOT EXISTS records (tab TEXT, key TEXT, json TEXT NOT NULL, UNIQUE (tab, key))');
  const select = db.prepare('SELECT key, json FROM records WHERE tab = ? ORDER BY rowid');
  const upsert = db.prepare(
    'INSERT INTO records (tab, key, json) VALUES (?, ?, ?) ON CONFLICT (tab, key) DO UPDATE SET json = excluded.json',
  );
  const remove = db.prepare('DELETE FROM records WHERE tab = ? AND key = ?');
  return recordsOn({
    load: (table) => select.all(table).map((row) => ({ key: String(row.key), json: String(row.json) })),
    save(changes) {
      db.exec('BEGIN IMMEDIATE');
      for (const { table, key, json } of changes) {
        if (json === undefined) remove.run(table, key);
        else upsert.run(table, key, json);
      }
      db.exec('COMMIT');
    },
    close: () => db.close(),
  });
}

function recordsOn(storage: Storage): Records {
  // Tables of different value types live side by side; each was made with its own type by `table`.
  const tables = new Map<string, LiveTable<unknown>>();
  return {
    table<T>(name: string, groupBy?: (value: T) => string): Table<T> {
      const known = tables.get(name);
      if (known) return known as LiveTable<T>;
      const made = new LiveTable<T>(groupBy);
      // Only this program writes the file, and only through this table: the rows are what `put` was given.
      for (const { key, json } of storage.load(name)) made.restore(key, JSON.parse(json) as T);
      tables.set(name, made as LiveTable<unknown>);
      return made;
    },
    commit() {
      const changes: Change[] = [];
      for (const [table, live] of tables) {
        for (const [key, value] of live.takeChanges())
          changes.push({ table, key, json: value === undefined ? undefined : JSON.stringify(value) });
      }
      if (changes.length > 0) storage.save(changes);
    },
    rollback() {
      for (const live of tables.values()) live.undo();
    },
    close: () => storage.close(),
  };
}

class LiveTable<T> implements Table<T> {
  readonly #rows = new Map<string, T>();
  readonly #groups = new Map<string, Map<string, T>>();
  /** What changed since the last commit, with the value from before. */
  readonly #before = new Map<string, T | undefined>();
  readonly #groupBy: ((value: T) => string) | undefined;

  constructor(groupBy: ((value: T) => string) | undefined) {
    this.#groupBy = groupBy;
  }

  get(key: string): T | undefined {
    return this.#rows.get(key);
  }

  put(key: string, value: T): void {
    this.#remember(key);
    this.restore(key, value);
  }

  delete(key: string): void {
    this.#remember(key);
    this.#remove(key);
  }

  values(): readonly T[] {
    return [...this.#rows.values()];
  }

  inGroup(group: string): readonly T[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  /** Puts without noting a change. */
  restore(key: string, value: T): void {
    const former = this.#rows.get(key);
    this.#rows.set(key, value);
    if (!this.#groupBy) return;
    const group = this.#groupBy(value);
    if (former !== undefined && this.#groupBy(former) !== group) this.#leaveGroup(key, former);
    const members = this.#groups.get(group) ?? new Map<string, T>();
    members.set(key, value);
    this.#groups.set(group, members);
  }

  *takeChanges(): Generator<readonly [string, T | undefined]> {
    for (const key of this.#before.keys()) yield [key, this.#rows.get(key)];
    this.#before.clear();
  }

  undo(): void {
    for (const [key, value] of this.#before) {
      if (value === undefined) this.#remove(key);
      else this.restore(key, value);
    }
    this.#before.clear();
  }

  #remember(key: string): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#rows.get(key));
  }

  #remove(key: string): void {
    const former = this.#rows.get(key);
    this.#rows.delete(key);
    if (former !== undefined) this.#leaveGroup(key, former);
  }

  #leaveGroup(key: string, former: T): void {
    if (!this.#groupBy) return;
    const group = this.#groupBy(former);
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#groups.delete(group);
  }
}

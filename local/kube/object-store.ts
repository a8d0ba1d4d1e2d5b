/**
 * What the simulated clusters remember: JSON by cluster, resource and key. Served from memory; with a file every write
 * also goes to SQLite at once, so a killed process loses nothing. It knows no Kubernetes rule.
 */
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';

type Entries = Map<string, JsonObject>;

const ObjectRow = z.object({ cluster: z.string(), resource: z.string(), key: z.string(), body: z.string() });
const VersionRow = z.object({ cluster: z.string(), version: z.number() });

export class ObjectStore {
  readonly #clusters = new Map<string, Map<string, Entries>>();
  readonly #versions = new Map<string, number>();
  readonly #durable: Durable | undefined;

  /** `file`: path of the SQLite file; absent: memory only. */
  constructor(file?: string) {
    this.#durable = file === undefined ? undefined : new Durable(file);
    for (const row of this.#durable?.objects() ?? []) {
      this.#entries(row.cluster, row.resource).set(row.key, JSON.parse(row.body));
    }
    for (const row of this.#durable?.versions() ?? []) this.#versions.set(row.cluster, row.version);
  }

  get(cluster: string, resource: string, key: string): JsonObject | undefined {
    return this.#clusters.get(cluster)?.get(resource)?.get(key);
  }

  /** In the order of keys. */
  list(cluster: string, resource: string): readonly (readonly [key: string, body: JsonObject])[] {
    const entries = this.#clusters.get(cluster)?.get(resource);
    return entries === undefined ? [] : [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  put(cluster: string, resource: string, key: string, body: JsonObject): void {
    this.#entries(cluster, resource).set(key, body);
    this.#durable?.put(cluster, resource, key, JSON.stringify(body));
  }

  delete(cluster: string, resource: string, key: string): void {
    if (this.#clusters.get(cluster)?.get(resource)?.delete(key))
      this.#durable?.delete(cluster, resource, key);
  }

  /** Grows with each call and never repeats within a cluster's life, restarts included. */
  nextVersion(cluster: string): number {
    const version = this.version(cluster) + 1;
    this.#versions.set(cluster, version);
    this.#durable?.setVersion(cluster, version);
    return version;
  }

  version(cluster: string): number {
    return this.#versions.get(cluster) ?? 0;
  }

  forget(cluster: string): void {
    this.#clusters.delete(cluster);
    this.#versions.delete(cluster);
    this.#durable?.forget(cluster);
  }

  close(): void {
    this.#durable?.close();
  }

  #entries(cluster: string, resource: string): Entries {
    const resources = this.#clusters.get(cluster) ?? new Map<string, Entries>();
    this.#clusters.set(cluster, resources);
    const entries = resources.get(resource) ?? new Map<string, JsonObject>();
    resources.set(resource, entries);
    return entries;
  }
}

/** The copy on disk. WAL keeps what was written when the process is killed; only a power cut may cost the last writes. */
class Durable {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS objects(cluster TEXT, resource TEXT, key TEXT, body TEXT,
        PRIMARY KEY(cluster, resource, key)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS versions(cluster TEXT PRIMARY KEY, version INTEGER) WITHOUT ROWID;`);
  }

  objects(): readonly z.output<typeof ObjectRow>[] {
    return z.array(ObjectRow).parse(this.#db.prepare('SELECT * FROM objects').all());
  }

  versions(): readonly z.output<typeof VersionRow>[] {
    return z.array(VersionRow).parse(this.#db.prepare('SELECT * FROM versions').all());
  }

  put(cluster: string, resource: string, key: string, body: string): void {
    this.#run('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)', cluster, resource, key, body);
  }

  delete(cluster: string, resource: string, key: string): void {
    this.#run('DELETE FROM objects WHERE cluster = ? AND resource = ? AND key = ?', cluster, resource, key);
  }

  setVersion(cluster: string, version: number): void {
    this.#run('INSERT OR REPLACE INTO versions VALUES (?, ?)', cluster, version);
  }

  forget(cluster: string): void {
    this.#run('DELETE FROM objects WHERE cluster = ?', cluster);
    this.#run('DELETE FROM versions WHERE cluster = ?', cluster);
  }

  close(): void {
    this.#db.close();
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  #run(sql: string, ...values: readonly (string | number)[]): void {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    statement.run(...values);
  }
}

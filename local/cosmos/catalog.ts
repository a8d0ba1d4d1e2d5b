/** The databases of the account and their containers, as the journal has them. */

import { Container, type Surroundings } from './container.ts';
import type { ContainerDefinition } from './definitions.ts';
import { CosmosError, conflict } from './errors.ts';
import { resourceId } from './items.ts';
import type { DatabaseRow } from './journal.ts';

export class Database {
  readonly id: string;
  readonly rid: string;
  readonly ts: number;
  readonly #containers = new Map<string, Container>();
  readonly #around: Surroundings;

  constructor(row: DatabaseRow, around: Surroundings) {
    this.id = row.id;
    this.rid = resourceId(row.id, 4);
    this.ts = row.ts;
    this.#around = around;
    for (const container of around.journal.containers(row.id)) {
      this.#containers.set(container.id, new Container(container, around));
    }
  }

  containers(): readonly Container[] {
    return [...this.#containers.values()];
  }

  container(id: string): Container {
    const container = this.#containers.get(id);
    if (!container) throw ownerNotFound(id);
    return container;
  }

  create(definition: ContainerDefinition): Container {
    if (this.#containers.has(definition.id)) throw conflict(`Container ${definition.id} already exists.`);
    const ts = Math.floor(this.#around.now() / 1000);
    const row = { db: this.id, id: definition.id, definition: JSON.stringify(definition), ts, lsn: 0 };
    this.#around.journal.putContainer(row);
    const container = new Container(row, this.#around);
    this.#containers.set(definition.id, container);
    return container;
  }

  remove(container: Container): void {
    this.#around.journal.removeContainer(container.place);
    this.#containers.delete(container.place.container);
  }
}

export class Catalog {
  readonly #databases = new Map<string, Database>();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
    for (const row of around.journal.databases()) this.#databases.set(row.id, new Database(row, around));
  }

  databases(): readonly Database[] {
    return [...this.#databases.values()];
  }

  database(id: string): Database {
    const database = this.#databases.get(id);
    if (!database) throw ownerNotFound(id);
    return database;
  }

  create(id: string): Database {
    if (this.#databases.has(id)) throw conflict(`Database ${id} already exists.`);
    const row = { id, ts: Math.floor(this.#around.now() / 1000) };
    this.#around.journal.putDatabase(row.id, row.ts);
    const database = new Database(row, this.#around);
    this.#databases.set(id, database);
    return database;
  }

  remove(database: Database): void {
    this.#around.journal.removeDatabase(database.id);
    this.#databases.delete(database.id);
  }
}

/** 1003: not the document is missing but where it would be; clients forget what they cached about it. */
function ownerNotFound(id: string): CosmosError {
  return new CosmosError(404, `Owner resource does not exist: ${id}.`, { 'x-ms-substatus': '1003' });
}

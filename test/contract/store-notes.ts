/** The documents that the store's contract is tried with, and what its tests ask again and again. */
import type { Address, ContainerName, DocumentStore, Filter, StoredDocument } from '../../lib/store/port.ts';

export interface Note extends StoredDocument {
  readonly text?: string;
  readonly count?: number;
  readonly done?: boolean;
  /** Indexed by every adapter, so that queries may sort by it. */
  readonly nextAttemptAt?: string;
  readonly spec?: { readonly cloud: { readonly type: string } };
  readonly nested?: { readonly list: readonly number[] };
}

export const note = (id: string, more: Partial<Note> = {}): Note => ({ id, type: 'note', ...more });

let partitions = 0;

/** A partition that no other test writes to. */
export const somewhere = (container: ContainerName = 'clusters'): Address => ({
  container,
  partition: `p${++partitions}`,
});

export async function created(store: DocumentStore, at: Address, document: StoredDocument): Promise<string> {
  const outcome = await store.create(at, document);
  if (outcome.kind !== 'written') throw new Error(`create: ${outcome.kind}`);
  return outcome.etag;
}

export async function textOf(store: DocumentStore, at: Address, id: string): Promise<string | undefined> {
  return (await store.read<Note>(at, id))?.document.text;
}

/** Ids of what the filters let through, sorted. */
export async function found(
  store: DocumentStore,
  at: Address,
  ...where: Filter[]
): Promise<readonly string[]> {
  const page = await store.query({ ...at, where, limit: 100 });
  return page.items.map(({ document }) => document.id).sort();
}

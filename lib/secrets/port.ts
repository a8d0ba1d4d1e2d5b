/** Where secrets live: Key Vault in production, an encrypted file locally. Cosmos DB holds only their names. */
import type { Secret } from '../domain/secret.ts';

export interface SecretStore {
  get(name: string): Promise<Secret | undefined>;
  /** Overwrites; not for names that `add` is used for. Names: `[0-9a-zA-Z-]{1,127}`, as Key Vault wants them. */
  set(name: string, value: Secret): Promise<void>;
  /**
   * For what must never be replaced, such as the CA of a cluster: of several that are added under one name the first
   * stays, whoever adds it. Read it with `first`.
   */
  add(name: string, value: Secret): Promise<void>;
  /** What was added first. `undefined`: nothing, or so young that another one may still turn out to be the first. */
  first(name: string): Promise<Secret | undefined>;
  /** Absent is fine. */
  delete(name: string): Promise<void>;
}

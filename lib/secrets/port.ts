/** Where secrets live: Key Vault in production, an encrypted file locally. Cosmos DB holds only their names. */
import type { Secret } from '../domain/secret.ts';

export interface SecretStore {
  get(name: string): Promise<Secret | undefined>;
  /** Overwrites. Names: `[0-9a-zA-Z-]{1,127}`, as Key Vault wants them. */
  set(name: string, value: Secret): Promise<void>;
  /** Absent is fine. */
  delete(name: string): Promise<void>;
}

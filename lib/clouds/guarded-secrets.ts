/** The secret store under the pass's deadline, for the kubeconfigs and keys of clusters. */
import type { SecretStore } from '../secrets/port.ts';
import { admitWrite } from './admit-write.ts';
import type { CallGuard } from './port.ts';

/** `set` and `add` throw PassDeadlineError. */
export function guardedSecrets(secrets: SecretStore, guard: CallGuard): SecretStore {
  const admit = () => admitWrite(guard, 'Microsoft.KeyVault', 'A secret');
  return {
    get: (name) => secrets.get(name),
    first: (name) => secrets.first(name),
    delete: (name) => secrets.delete(name),
    async set(name, value) {
      admit();
      await secrets.set(name, value);
    },
    async add(name, value) {
      admit();
      await secrets.add(name, value);
    },
  };
}

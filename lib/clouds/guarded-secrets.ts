/**
 * The secret store under the pass's deadline (protocol rule 7): a pass that was frozen must not bring back the
 * kubeconfig or the keys of a cluster whose deletion is over, because nothing would ever look for it again.
 */
import type { SecretStore } from '../secrets/port.ts';
import { type CallGuard, PassDeadlineError } from './port.ts';

/** `set` and `add` throw PassDeadlineError. The vault is ours, so the account's call budget has no say. */
export function guardedSecrets(secrets: SecretStore, guard: CallGuard): SecretStore {
  const admit = () => {
    const refusal = guard.admit({ verb: 'write', family: 'Microsoft.KeyVault' });
    if (refusal?.why === 'deadline') throw new PassDeadlineError("A secret came after the pass's deadline");
  };
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

/**
 * The secret store under the pass's deadline (protocol rule 7): a pass that was frozen must not bring back the
 * kubeconfig of a cluster whose deletion is over, because nothing would ever look for it again.
 */
import type { SecretStore } from '../../../secrets/port.ts';
import { type CallGuard, PassDeadlineError } from '../../port.ts';

/** `set` throws PassDeadlineError. The vault is ours, so the account's call budget has no say. */
export function guardedSecrets(secrets: SecretStore, guard: CallGuard): SecretStore {
  return {
    get: (name) => secrets.get(name),
    delete: (name) => secrets.delete(name),
    async set(name, value) {
      const refusal = guard.admit({ verb: 'write', family: 'Microsoft.KeyVault' });
      if (refusal?.why === 'deadline') throw new PassDeadlineError("A secret came after the pass's deadline");
      await secrets.set(name, value);
    },
  };
}

/**
 * Secrets of hooks, before and after the settings that name them are written: a new secret gets a name of its own first,
 * and what nothing names any more is deleted last, so that no moment is without a right one.
 */
import type { Deps } from '../deps.ts';
import { Secret } from '../domain/secret.ts';
import type { SecretStore } from '../secrets/port.ts';
import type { WantedHook } from './assign.ts';
import { secretNameOf, type Webhook } from './hook.ts';
import { makeSecret } from './secret.ts';
import { removeHookStatus } from './status.ts';

export interface SettledHooks {
  readonly hooks: readonly Webhook[];
  /** Secrets that were made here, by the hook's name: shown once, in the answer to whoever asked. */
  readonly made: ReadonlyMap<string, Secret>;
}

/** Stores the secrets that are new. */
export async function settleHooks(
  deps: Pick<Deps, 'secrets' | 'ids'>,
  project: string,
  wanted: readonly WantedHook[],
): Promise<SettledHooks> {
  const made = new Map<string, Secret>();
  const hooks: Webhook[] = [];
  for (const { name, url, events, given, former } of wanted) {
    const kept = await keptSecret(deps.secrets, given, former);
    const secretName = kept ?? secretNameOf(project, name, deps.ids.uuid());
    if (kept === undefined) {
      const secret = given === undefined ? makeSecret() : new Secret(given);
      if (given === undefined) made.set(name, secret);
      await deps.secrets.set(secretName, secret);
    }
    const id = former?.url === url ? former.id : deps.ids.uuid();
    hooks.push({ id, name, url, ...(events === undefined ? {} : { events }), secretName });
  }
  return { hooks, made };
}

/** The name of the secret that stays, because none was sent or the same one again. */
async function keptSecret(
  secrets: SecretStore,
  given: string | undefined,
  former: Webhook | undefined,
): Promise<string | undefined> {
  if (former === undefined || given === undefined) return former?.secretName;
  const stored = await secrets.get(former.secretName);
  return stored?.reveal() === given ? former.secretName : undefined;
}

/** Deletes what only `gone` has: secrets, and what is known about how they fared. */
export async function forgetHooks(
  deps: Pick<Deps, 'secrets' | 'store'>,
  project: string,
  { gone, kept }: { readonly gone: readonly Webhook[]; readonly kept: readonly Webhook[] },
): Promise<void> {
  const secretNames = new Set(kept.map((hook) => hook.secretName));
  const ids = new Set(kept.map((hook) => hook.id));
  for (const hook of gone) {
    if (!secretNames.has(hook.secretName)) await deps.secrets.delete(hook.secretName);
    if (!ids.has(hook.id)) await removeHookStatus(deps, project, hook.id);
  }
}

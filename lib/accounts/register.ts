/**
 * Registering and changing cloud accounts. Credentials are tried against the cloud before anything is stored, so an
 * account that exists was accepted at least once. The secret goes to the secret store and nowhere else.
 */
import type { AccountProbe } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import { conflict, type Finding, violation } from '../domain/findings.ts';
import { accept, invalid, notFound, type Outcome, refuse } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import { toInstant } from '../domain/time.ts';
import {
  changedCredentials,
  foreignFindings,
  newCredentials,
  type SettingChanges,
  secretGone,
} from './credentials.ts';
import type { AccountPatch, NewAccount } from './schema.ts';
import {
  type AccountDocument,
  accountAddress,
  accountId,
  readAccount,
  secretNameOf,
  toCloudAccount,
} from './store.ts';
import { wakeClustersOf } from './users.ts';

type AccountDeps = Pick<Deps, 'store' | 'secrets' | 'clouds' | 'clock' | 'ids' | 'queue' | 'logger'>;

export async function registerAccount(
  deps: AccountDeps,
  project: string,
  input: NewAccount,
): Promise<Outcome<AccountDocument>> {
  const { name, type } = input;
  const { settings, secret: given } = newCredentials(input);
  const probe = deps.clouds.account(type);
  if (!probe) return invalid(unsupported(type));
  if (await readAccount(deps, project, name)) return invalid(nameTaken(name));

  const now = toInstant(deps.clock.now());
  const document: AccountDocument = {
    id: accountId(name),
    type: 'cloud-account',
    project,
    name,
    accountType: type,
    settings: withoutAbsent(settings),
    secretName: secretNameOf(project, name, deps.ids.uuid()),
    lastRotatedAt: now,
    generation: 1,
    createdAt: now,
    updatedAt: now,
  };
  const secret = new Secret(given);
  const rejected = await rejections(probe, document, secret);
  if (rejected.length > 0) return invalid(...rejected);

  await deps.secrets.set(document.secretName, secret);
  const written = await deps.store.create(accountAddress(project), document);
  if (written.kind === 'written') return accept(document);
  await deps.secrets.delete(document.secretName);
  return invalid(nameTaken(name));
}

export interface AccountChange {
  readonly document: AccountDocument;
  readonly changed: boolean;
  readonly generationBefore: number;
}

export async function changeAccount(
  deps: AccountDeps,
  at: { readonly project: string; readonly name: string; readonly ifGeneration?: number },
  patch: AccountPatch,
): Promise<Outcome<AccountChange>> {
  const stored = await readAccount(deps, at.project, at.name);
  if (!stored) return notFound('cloud account', at.name);
  const before = stored.document;
  if (at.ifGeneration !== undefined && at.ifGeneration !== before.generation) {
    return refuse({ kind: 'stale', generation: before.generation });
  }
  const moved = [...immutableFindings(before, patch), ...foreignFindings(before.accountType, patch)];
  if (moved.length > 0) return invalid(...moved);
  const { settings: changes, secret: given = '' } = changedCredentials(before.accountType, patch);
  const settings = changedSettings(before.settings, changes);
  const rotated = given !== '';
  if (!rotated && sameSettings(before.settings, settings)) {
    return accept({ document: before, changed: false, generationBefore: before.generation });
  }
  const secret = rotated ? new Secret(given) : await deps.secrets.get(before.secretName);
  const probe = deps.clouds.account(before.accountType);
  if (!probe) return invalid(unsupported(before.accountType));
  if (!secret) return invalid(secretGone(before.accountType));
  const next = changed(deps, before, settings, rotated);
  const rejected = await rejections(probe, next, secret);
  if (rejected.length > 0) return invalid(...rejected);
  return swing(deps, before, next, { etag: stored.etag, ...(rotated && { secret }) });
}

/** The new secret first, then the document that names it, then the old secret's end: no moment without a right one. */
async function swing(
  deps: AccountDeps,
  before: AccountDocument,
  next: AccountDocument,
  { etag, secret }: { readonly etag: string; readonly secret?: Secret },
): Promise<Outcome<AccountChange>> {
  if (secret) await deps.secrets.set(next.secretName, secret);
  const written = await deps.store.replace(accountAddress(next.project), next, etag);
  if (written.kind !== 'written') {
    if (secret) await deps.secrets.delete(next.secretName);
    if (written.kind === 'absent') return notFound('cloud account', next.name);
    return refuse({ kind: 'contended', what: `cloud account ${next.name}` });
  }
  if (secret) await deps.secrets.delete(before.secretName);
  await wakeClustersOf(deps, next.project, next.name);
  return accept({ document: next, changed: true, generationBefore: before.generation });
}

function changed(
  deps: AccountDeps,
  before: AccountDocument,
  settings: AccountDocument['settings'],
  rotated: boolean,
): AccountDocument {
  const now = toInstant(deps.clock.now());
  return {
    ...before,
    settings,
    generation: before.generation + 1,
    updatedAt: now,
    ...(rotated && {
      secretName: secretNameOf(before.project, before.name, deps.ids.uuid()),
      lastRotatedAt: now,
    }),
  };
}

async function rejections(
  probe: AccountProbe,
  document: AccountDocument,
  secret: Secret,
): Promise<readonly Finding[]> {
  const findings = await probe.verifyCredentials({ account: toCloudAccount(document), secret });
  return findings.filter((finding) => finding.severity === 'error');
}

function changedSettings(
  before: AccountDocument['settings'],
  changes: SettingChanges,
): Record<string, string> {
  const sent = Object.entries(changes).filter(([, value]) => value !== undefined);
  return withoutAbsent({ ...before, ...Object.fromEntries(sent) });
}

function withoutAbsent(settings: SettingChanges): Record<string, string> {
  const present = Object.entries(settings).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(present);
}

function sameSettings(a: AccountDocument['settings'], b: AccountDocument['settings']): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

function immutableFindings(before: AccountDocument, { name, type }: AccountPatch): readonly Finding[] {
  const refuse = (field: string) =>
    violation(
      'FIELD_IMMUTABLE',
      `/${field}`,
      `The ${field} of a cloud account never changes; register another account.`,
    );
  return [
    ...(name === undefined || name === before.name ? [] : [refuse('name')]),
    ...(type === undefined || type === before.accountType ? [] : [refuse('type')]),
  ];
}

function unsupported(type: string): Finding {
  return violation(
    'CLOUD_TYPE_UNSUPPORTED',
    '/type',
    `No cloud of this deployment uses accounts of type ${type}.`,
  );
}

function nameTaken(name: string): Finding {
  return conflict('NAME_TAKEN', '/name', `The project has a cloud account named ${name} already.`);
}

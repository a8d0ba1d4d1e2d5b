/** Which fields of an account are its settings and which one is its secret: the only place that tells the types apart. */
import type { AccountType } from '../clouds/port.ts';
import { type Finding, violation } from '../domain/findings.ts';
import type { AccountPatch, NewAccount } from './schema.ts';

/** Absent was not sent, null takes the setting away. */
export type SettingChanges = Readonly<Record<string, string | null | undefined>>;

export interface Credentials {
  readonly settings: SettingChanges;
  /** Empty or absent: unchanged. */
  readonly secret?: string;
}

interface AccountFields {
  readonly settings: readonly string[];
  readonly secret: string;
  /** Code of a secret that is missing. */
  readonly required: string;
}

const FIELDS = {
  azure: {
    settings: ['tenantId', 'clientId', 'tenantName', 'gateway'],
    secret: 'clientSecret',
    required: 'CLIENT_SECRET_REQUIRED',
  },
  aws: { settings: ['accessKeyId'], secret: 'secretAccessKey', required: 'AWS_KEYS_REQUIRED' },
} as const satisfies Record<AccountType, AccountFields>;

export function newCredentials(input: NewAccount): Credentials & { readonly secret: string } {
  switch (input.type) {
    case 'azure': {
      const { tenantId, clientId, tenantName, gateway } = input;
      return { settings: { tenantId, clientId, tenantName, gateway }, secret: input.clientSecret };
    }
    case 'aws':
      return { settings: { accessKeyId: input.accessKeyId }, secret: input.secretAccessKey };
  }
}

export function changedCredentials(type: AccountType, patch: AccountPatch): Credentials {
  const { clientSecret, secretAccessKey, tenantId, clientId, tenantName, gateway, accessKeyId } = patch;
  const secret = type === 'azure' ? clientSecret : secretAccessKey;
  return {
    settings: type === 'azure' ? { tenantId, clientId, tenantName, gateway } : { accessKeyId },
    ...(secret === undefined ? {} : { secret }),
  };
}

/** Fields that only accounts of another type have. */
export function foreignFindings(type: AccountType, patch: AccountPatch): readonly Finding[] {
  const sent = new Set(
    Object.entries(patch).flatMap(([field, value]) => (value === undefined ? [] : [field])),
  );
  const others = Object.entries(FIELDS).filter(([other]) => other !== type);
  return others.flatMap(([other, { settings, secret }]) =>
    [...settings, secret]
      .filter((field) => sent.has(field))
      .map((field) => violation('UNKNOWN_FIELD', `/${field}`, `Accounts of type ${other} have ${field}.`)),
  );
}

export function secretGone(type: AccountType): Finding {
  const { required, secret } = FIELDS[type];
  return violation(
    required,
    `/${secret}`,
    'The secret store no longer has the secret of this account; send it again.',
  );
}

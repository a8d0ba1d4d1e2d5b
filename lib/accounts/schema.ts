/**
 * What people send about a cloud account. The codes of A114 to A118 and A216 belong to single fields, so each field says
 * its own; the sentence names the place in the cloud's console where the right value is found.
 */
import { z } from 'zod';
import { coded } from '../api/schema-findings.ts';

const REGISTRATION = 'Azure portal > Microsoft Entra ID > App registrations > your application';

const accountName = z
  .string(coded('NAME_INVALID', 'A cloud account needs a name.'))
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    coded(
      'NAME_INVALID',
      'The name is 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.',
    ),
  );

const clientId = z.guid(
  coded('CLIENT_ID_INVALID', `clientId must be the GUID of an application: ${REGISTRATION} > Overview.`),
);
const tenantId = z.guid(
  coded('TENANT_ID_INVALID', `tenantId must be the GUID of a directory: ${REGISTRATION} > Overview.`),
);
const clientSecret = z.string(
  coded('CLIENT_SECRET_REQUIRED', `clientSecret is required: ${REGISTRATION} > Certificates & secrets.`),
);
/** Display values that other services interpret; only their length is ours to bound. */
const text = z.string().min(1).max(256);

const KEYS = 'IAM console > Users > your user > Security credentials > Access keys';
const keysRequired = coded(
  'AWS_KEYS_REQUIRED',
  `An AWS account needs accessKeyId and secretAccessKey: ${KEYS}.`,
);
const accessKeyId = z
  .string(keysRequired)
  .min(1, keysRequired)
  .regex(
    /^\w{16,128}$/,
    coded('ACCESS_KEY_ID_INVALID', `accessKeyId has 16 letters and digits or more: ${KEYS}.`),
  );
const secretAccessKey = z.string(keysRequired);

const NEW_AZURE_ACCOUNT = z.strictObject({
  name: accountName,
  type: z.literal('azure'),
  tenantId,
  clientId,
  clientSecret: clientSecret.min(
    1,
    coded('CLIENT_SECRET_REQUIRED', `clientSecret is required: ${REGISTRATION} > Certificates & secrets.`),
  ),
  tenantName: text.optional(),
  gateway: text.optional(),
});

const NEW_AWS_ACCOUNT = z.strictObject({
  name: accountName,
  type: z.literal('aws'),
  accessKeyId,
  secretAccessKey: secretAccessKey.min(1, keysRequired),
});

export const NEW_ACCOUNT = z.discriminatedUnion(
  'type',
  [NEW_AZURE_ACCOUNT, NEW_AWS_ACCOUNT],
  coded('CLOUD_TYPE_UNSUPPORTED', 'This deployment has cloud accounts of type azure and aws.'),
);

/** What reads add: one can be edited and sent back. */
const ignored = z.unknown().optional();
/** Whether it is the account's own is for the command to say. */
const fixed = z.unknown().optional();

export const ACCOUNT_PATCH = z.strictObject({
  name: fixed,
  type: fixed,
  project: ignored,
  hasSecret: ignored,
  lastRotatedAt: ignored,
  generation: ignored,
  createdAt: ignored,
  updatedAt: ignored,
  tenantId: tenantId.optional(),
  clientId: clientId.optional(),
  /** Empty: unchanged. */
  clientSecret: clientSecret.optional(),
  tenantName: text.nullish(),
  gateway: text.nullish(),
  accessKeyId: accessKeyId.optional(),
  /** Empty: unchanged. */
  secretAccessKey: secretAccessKey.optional(),
});

export type NewAccount = z.output<typeof NEW_ACCOUNT>;
export type AccountPatch = z.output<typeof ACCOUNT_PATCH>;

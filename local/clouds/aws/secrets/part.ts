/** Secrets Manager: docs.aws.amazon.com/secretsmanager/latest/apireference */
import { z } from 'zod';
import type { Call, Place } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { nextCount } from '../core/ids.ts';
import { operation, type Part } from '../core/operation.ts';
import { pageOf } from '../core/paging.ts';
import { flag, list, tag, text, whole } from '../core/parameters.ts';
import { tagsOf, withinLimit } from '../core/tags.ts';
import { epochSeconds } from '../core/times.ts';
import type { World } from '../core/world.ts';
import {
  allSecrets,
  dropSecret,
  lookUp,
  putSecret,
  resourceOf,
  type SecretVersion,
  type SimulatedSecret,
  secretArn,
  secretsIn,
  usable,
} from './store.ts';

const DAY_MS = 24 * 60 * 60_000;
const MAX_BYTES = 65_536;

const byId = z.strictObject({ SecretId: text });

interface ById extends Place {
  readonly params: { readonly SecretId: string };
}

const arnOfId = (call: ById): string => resourceOf(call, call.params.SecretId);

const createSecret = operation({
  input: z.strictObject({
    Name: text,
    ClientRequestToken: text.optional(),
    Description: text.optional(),
    SecretString: text.optional(),
    KmsKeyId: text.optional(),
    Tags: list(tag),
  }),
  resource: (call) => secretArn(call, call.params.Name),
  handle(world, call) {
    const { Name: name, SecretString: content, Description, Tags } = call.params;
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) throw invalid('Invalid name.');
    const version = content === undefined ? undefined : versionOf(world, call, content);
    const known = lookUp(world, call, name);
    if (known) return created(sameSecret(known, version), version);
    const suffix = world.chance.hex(`secret/${nextCount(world, 'secret')}`, 6);
    const secret: SimulatedSecret = {
      account: call.account,
      region: call.region,
      name,
      arn: `${secretArn(call, name)}-${suffix}`,
      versions: version ? [version] : [],
      tags: tagsOf(Tags),
      createdAt: call.nowMs,
      changedAt: call.nowMs,
      ...(Description === undefined ? {} : { description: Description }),
    };
    putSecret(world, secret);
    return created(secret, version);
  },
});

const created = ({ arn, name }: SimulatedSecret, version: SecretVersion | undefined) => ({
  ARN: arn,
  Name: name,
  VersionId: version?.id,
});

/** The same token with the same content is the same request. */
function sameSecret(known: SimulatedSecret, version: SecretVersion | undefined): SimulatedSecret {
  if (known.deletion)
    throw new AwsFault(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  const first = known.versions[0];
  if (version && first?.id === version.id && first.content === version.content) return known;
  throw new AwsFault(
    'ResourceExistsException',
    `The operation failed because the secret ${known.name} already exists.`,
  );
}

function versionOf(world: World, call: Call<{ ClientRequestToken?: string | undefined }>, content: string) {
  if (Buffer.byteLength(content) > MAX_BYTES) throw invalid('The secret value is too large.');
  const token = call.params.ClientRequestToken ?? world.chance.uuid(`version/${call.requestId}`);
  if (token.length < 32 || token.length > 64)
    throw invalid('ClientRequestToken must be 32-64 characters long.');
  return { id: token, content, createdAt: call.nowMs };
}

const getSecretValue = operation({
  input: z.strictObject({ SecretId: text, VersionId: text.optional(), VersionStage: text.optional() }),
  resource: arnOfId,
  handle(world, call) {
    const { SecretId, VersionId, VersionStage = 'AWSCURRENT' } = call.params;
    const secret = usable(world, call, SecretId);
    const index = secret.versions.length - (VersionStage === 'AWSPREVIOUS' ? 2 : 1);
    const version =
      VersionId === undefined ? secret.versions[index] : secret.versions.find(({ id }) => id === VersionId);
    if (!version)
      throw new AwsFault(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
      );
    return {
      ...created(secret, version),
      SecretString: version.content,
      VersionStages: [VersionStage],
      CreatedDate: epochSeconds(version.createdAt),
    };
  },
});

const putSecretValue = operation({
  input: z.strictObject({
    SecretId: text,
    ClientRequestToken: text.optional(),
    SecretString: text,
    VersionStages: list(text),
  }),
  resource: arnOfId,
  handle(world, call) {
    const secret = usable(world, call, call.params.SecretId);
    const version = versionOf(world, call, call.params.SecretString);
    const known = secret.versions.find(({ id }) => id === version.id);
    if (known && known.content !== version.content)
      throw new AwsFault(
        'ResourceExistsException',
        'You have provided an existing version with other content.',
      );
    const versions = known ? secret.versions : [...secret.versions, version];
    putSecret(world, { ...secret, versions, changedAt: call.nowMs });
    return { ...created(secret, version), VersionStages: ['AWSCURRENT'] };
  },
});

const describeSecret = operation({
  input: byId,
  resource: arnOfId,
  handle(world, call) {
    const secret = lookUp(world, call, call.params.SecretId);
    // Those marked for deletion can still be described.
    return view(secret ?? usable(world, call, call.params.SecretId));
  },
});

const deleteSecret = operation({
  input: z.strictObject({
    SecretId: text,
    RecoveryWindowInDays: whole.optional(),
    ForceDeleteWithoutRecovery: flag.optional(),
  }),
  resource: arnOfId,
  handle(world, call) {
    const { SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = call.params;
    if (force && days !== undefined)
      throw invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    if (days !== undefined && (days < 7 || days > 30))
      throw invalid('RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
    if (force) return forceDelete(world, call);
    const secret = usable(world, call, SecretId);
    const at = call.nowMs + (days ?? 30) * DAY_MS;
    putSecret(world, { ...secret, deletion: { askedAt: call.nowMs, at } });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: epochSeconds(at) };
  },
});

/** Deleting by force what is not there succeeds, too. */
function forceDelete(world: World, call: Call<{ readonly SecretId: string }>) {
  const { SecretId } = call.params;
  const secret = lookUp(world, call, SecretId);
  if (secret) dropSecret(world, secret);
  return {
    ARN: secret?.arn ?? resourceOf(call, SecretId),
    Name: secret?.name ?? SecretId,
    DeletionDate: epochSeconds(call.nowMs),
  };
}

const tagResource = operation({
  input: z.strictObject({ SecretId: text, Tags: list(tag) }),
  resource: arnOfId,
  handle(world, call) {
    const secret = usable(world, call, call.params.SecretId);
    putSecret(world, { ...secret, tags: withinLimit({ ...secret.tags, ...tagsOf(call.params.Tags) }) });
    return undefined;
  },
});

const listSecrets = operation({
  input: z.strictObject({
    Filters: list(
      z.strictObject({
        Key: z.enum(['name', 'tag-key', 'tag-value', 'description', 'all']),
        Values: list(text),
      }),
    ),
    IncludePlannedDeletion: flag.default(false),
    SortOrder: z.enum(['asc', 'desc']).optional(),
    MaxResults: whole.default(100),
    NextToken: text.optional(),
  }),
  handle(world, call) {
    const { Filters, IncludePlannedDeletion, MaxResults: size, NextToken: token } = call.params;
    const fitting = secretsIn(world, call)
      .filter(({ deletion }) => IncludePlannedDeletion || deletion === undefined)
      .filter((secret) => Filters.every(({ Key, Values }) => fits(secret, Key, Values)));
    const { items, nextToken } = pageOf(call, fitting, { size, token, question: Filters });
    return { SecretList: items.map(view), NextToken: nextToken };
  },
});

type FilterKey = 'name' | 'tag-key' | 'tag-value' | 'description' | 'all';

/** Values are prefixes, and `!` in front of one turns it round. */
function fits(
  { name, tags, description = '' }: SimulatedSecret,
  key: FilterKey,
  values: readonly string[],
): boolean {
  const texts = {
    name: [name],
    'tag-key': Object.keys(tags),
    'tag-value': Object.values(tags),
    description: [description],
    all: [name, description, ...Object.keys(tags), ...Object.values(tags)],
  }[key];
  return values.some((value) =>
    value.startsWith('!')
      ? !texts.some((each) => each.startsWith(value.slice(1)))
      : texts.some((each) => each.startsWith(value)),
  );
}

const view = (secret: SimulatedSecret) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  CreatedDate: epochSeconds(secret.createdAt),
  LastChangedDate: epochSeconds(secret.changedAt),
  DeletedDate: secret.deletion && epochSeconds(secret.deletion.askedAt),
  Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
});

const invalid = (message: string): AwsFault => new AwsFault('InvalidParameterException', message);

export const secretsPart: Part = {
  operations: {
    secretsmanager: {
      CreateSecret: createSecret,
      GetSecretValue: getSecretValue,
      PutSecretValue: putSecretValue,
      DescribeSecret: describeSecret,
      DeleteSecret: deleteSecret,
      TagResource: tagResource,
      ListSecrets: listSecrets,
    },
  },
  inventory: (world) =>
    allSecrets(world).map(({ region, arn, name, tags, deletion }) => ({
      cloud: 'aws',
      region,
      kind: 'AWS::SecretsManager::Secret',
      id: arn,
      name,
      tags,
      state: deletion ? 'scheduled-for-deletion' : 'available',
    })),
};

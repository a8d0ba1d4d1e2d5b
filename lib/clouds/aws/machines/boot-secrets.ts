/**
 * Files for one machine only, in Secrets Manager below the cluster's own prefix: the role of its control-plane machines
 * may read there and nowhere else.
 */
import { createHash } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { ClusterView } from '../../../domain/cluster.ts';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { BootSecretPort } from '../../../machines/bootstrap/port.ts';
import { soon } from '../absence.ts';
import { isCode, settle } from '../errors.ts';
import { bootSecretPrefix } from '../names.ts';
import { unlessAbsent, whenKnown } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { tagList, tagsFor } from '../tags.ts';
import { fetchScript } from './fetch-script.ts';

export function openBootSecrets(session: Pick<AwsSession, 'secrets'>, view: ClusterView): BootSecretPort {
  const idOf = (name: string): string => `${bootSecretPrefix(view)}${name}`;
  return {
    put: (name, content) => put(session.secrets, view, idOf(name), content),
    async remove(name) {
      const command = new DeleteSecretCommand({ SecretId: idOf(name), ForceDeleteWithoutRecovery: true });
      return unlessAbsent(await settle('secrets.deleteSecret', () => session.secrets.send(command)));
    },
    fetchScript: (name) => fetchScript(idOf(name)),
  };
}

/** A version's token is a function of its content, so putting the same again changes nothing. */
async function put(
  secrets: SecretsManagerClient,
  view: ClusterView,
  id: string,
  content: Secret,
): Promise<Result<void>> {
  const version = {
    SecretString: content.reveal(),
    ClientRequestToken: createHash('sha256').update(`${id}\0${content.reveal()}`).digest('hex'),
  };
  const create = new CreateSecretCommand({
    Name: id,
    ...version,
    Tags: tagList(tagsFor(view, 'controlplane', id)),
  });
  const created = await settle('secrets.createSecret', () => secrets.send(create));
  if (created.ok) return ok(undefined);
  // A secret of this name is on its way out; the next try finds it gone.
  if (isCode(created.error, 'InvalidRequestException')) return fail(soon(created.error));
  if (!isCode(created.error, 'ResourceExistsException')) return created;
  const replace = new PutSecretValueCommand({ SecretId: id, ...version });
  const replaced = await settle('secrets.putSecretValue', () => secrets.send(replace));
  return replaced.ok ? ok(undefined) : whenKnown(replaced);
}

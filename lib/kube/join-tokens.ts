/**
 * Bootstrap tokens: how a machine may ask to become a node, once and for a short time.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
 */
import { z } from 'zod';
import { ok, type Result } from '../domain/errors.ts';
import { toEpochMs, toInstant } from '../domain/time.ts';
import type { KubeClient } from './client.ts';
import type { KubernetesObject } from './port.ts';
import type { JoinToken } from './self-managed.ts';

const NAMESPACE = 'kube-system';
/** The group whose certificate requests kubeadm's bindings approve. */
const JOINERS = 'system:bootstrappers:kubeadm:default-node-token';

/**
 * `data`, not `stringData`: the API server turns the second into the first, and server-side apply would then own
 * fields that are not there.
 */
export function joinTokenSecret({ id, secret, expiresAt }: JoinToken): KubernetesObject {
  const fields = {
    'token-id': id,
    'token-secret': secret.reveal(),
    // Whole seconds: RFC 3339 as every reader of it understands it.
    expiration: toInstant(toEpochMs(expiresAt)).replace(/\.\d+Z$/, 'Z'),
    'usage-bootstrap-authentication': 'true',
    'usage-bootstrap-signing': 'true',
    'auth-extra-groups': JOINERS,
  };
  const data = Object.entries(fields).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretNameOf(id), namespace: NAMESPACE },
    type: 'bootstrap.kubernetes.io/token',
    data: Object.fromEntries(data),
  };
}

export async function deleteJoinToken(client: KubeClient, id: string): Promise<Result<void>> {
  const answer = await client.send({
    operation: 'secrets.delete',
    method: 'DELETE',
    path: `/api/v1/namespaces/${NAMESPACE}/secrets/${encodeURIComponent(secretNameOf(id))}`,
    shape: z.unknown(),
  });
  return answer.ok || answer.error.code === 'NotFound' ? ok(undefined) : answer;
}

const secretNameOf = (id: string): string => `bootstrap-token-${id}`;

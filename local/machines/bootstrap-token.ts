/**
 * Whether a bootstrap token opens the door now.
 * https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
 */
import { z } from 'zod';
import type { World } from './world.ts';

const Base64 = z.base64().transform((text) => Buffer.from(text, 'base64').toString('utf8'));
const TokenSecret = z.object({
  type: z.literal('bootstrap.kubernetes.io/token'),
  data: z.object({
    'token-id': Base64,
    'token-secret': Base64,
    expiration: Base64.optional(),
    'usage-bootstrap-authentication': Base64.optional(),
    'usage-bootstrap-signing': Base64.optional(),
    'auth-extra-groups': Base64.optional(),
  }),
});

const JOINERS = 'system:bootstrappers:kubeadm:default-node-token';

/** What is wrong with it, in kubeadm's words; `undefined`: nothing. */
export function tokenProblem(world: World, clusterId: string, token: string): string | undefined {
  const [id = '', secret = ''] = token.split('.');
  const read = TokenSecret.safeParse(
    world.clusters.secret(clusterId, 'kube-system', `bootstrap-token-${id}`),
  );
  const unsigned = `could not find a JWS signature in the cluster-info ConfigMap for token ID "${id}"`;
  if (!read.success) return unsigned;
  const { data } = read.data;
  // Tokens end by the clock on the wall: those who make them know no other.
  const isOver = data.expiration !== undefined && !(Date.parse(data.expiration) > world.clock.wallNow());
  if (isOver || data['token-id'] !== id || data['usage-bootstrap-signing'] !== 'true') return unsigned;
  if (data['token-secret'] !== secret) {
    return `failed to verify JWS signature of received cluster info object, can't trust this API Server`;
  }
  if (data['usage-bootstrap-authentication'] !== 'true') return 'Unauthorized';
  return data['auth-extra-groups']?.split(',').includes(JOINERS)
    ? undefined
    : `configmaps "kubeadm-config" is forbidden: User "system:bootstrap:${id}" cannot get resource "configmaps"`;
}

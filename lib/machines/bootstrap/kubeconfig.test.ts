import { X509Certificate } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { parseKubeconfig } from '../../kube/kubeconfig.ts';
import { createAuthority } from './certificates.ts';
import { adminKubeconfigOf } from './kubeconfig.ts';

const NOON_MS = Date.parse('2026-11-20T12:00:00Z');

test.each([
  // kubeadm binds the group to cluster-admin, and its administrators may take that away.
  ['people', 'O=kubeadm:cluster-admins\nCN=slipway-admin'],
  // Let in by nature: before the binding is made, and when somebody deleted it.
  ['control-plane', 'O=system:masters\nCN=slipway'],
] as const)('a kubeconfig for %s opens the cluster as %j for an hour', async (holder, subject) => {
  const authority = await createAuthority('kubernetes', NOON_MS);
  const kubeconfig = await adminKubeconfigOf(authority, {
    clusterName: 'shop-1a2b3c',
    endpoint: 'api.example:6443',
    holder,
    validity: { fromMs: NOON_MS, lifetimeMs: 3_600_000 },
  });
  const access = parseKubeconfig(kubeconfig);
  if (!access.ok) throw new Error(access.error.message);
  expect(access.value.server.href).toBe('https://api.example:6443/');
  expect(access.value.certificateAuthority).toBe(authority.certificate);
  const client = new X509Certificate(access.value.clientCertificate?.certificate ?? '');
  expect(client.subject).toBe(subject);
  expect(Date.parse(client.validTo)).toBe(NOON_MS + 3_600_000);
});

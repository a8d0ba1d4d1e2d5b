/**
 * Files that every control-plane machine needs before kubeadm runs, and that never enter its user data: they travel as
 * one secret that only that machine may read, JSON from path to content.
 */
import { stringify } from 'yaml';
import { Secret } from '../../domain/secret.ts';
import type { Pki } from './pki.ts';

const KUBERNETES = '/etc/kubernetes';
export const ENCRYPTION_CONFIG = `${KUBERNETES}/encryption.yaml`;

/** Paths as kubeadm knows them: https://kubernetes.io/docs/setup/best-practices/certificates/ */
export function controlPlaneFiles(pki: Pki): Secret {
  const { cluster, etcd, frontProxy, serviceAccounts } = pki;
  const files = {
    [`${KUBERNETES}/pki/ca.crt`]: cluster.certificate,
    [`${KUBERNETES}/pki/ca.key`]: cluster.key,
    [`${KUBERNETES}/pki/etcd/ca.crt`]: etcd.certificate,
    [`${KUBERNETES}/pki/etcd/ca.key`]: etcd.key,
    [`${KUBERNETES}/pki/front-proxy-ca.crt`]: frontProxy.certificate,
    [`${KUBERNETES}/pki/front-proxy-ca.key`]: frontProxy.key,
    [`${KUBERNETES}/pki/sa.pub`]: serviceAccounts.publicKey,
    [`${KUBERNETES}/pki/sa.key`]: serviceAccounts.privateKey,
    [ENCRYPTION_CONFIG]: encryptionConfig(pki.encryptionKey),
  };
  return new Secret(JSON.stringify(files));
}

/** https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/; `identity` reads what was written before it. */
function encryptionConfig(key: string): string {
  return stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [{ secretbox: { keys: [{ name: 'key-1', secret: key }] } }, { identity: {} }],
      },
    ],
  });
}

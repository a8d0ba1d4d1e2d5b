/** Admin kubeconfigs: a client certificate of the cluster's own CA, made when it is asked for and never stored. */
import { stringify } from 'yaml';
import { Secret } from '../../domain/secret.ts';
import { type CertifiedKey, createClient, type Validity } from './certificates.ts';
import type { Holder } from './port.ts';

/** Source of the groups: https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/ */
const HOLDERS = {
  people: { commonName: 'slipway-admin', organization: 'kubeadm:cluster-admins' },
  'control-plane': { commonName: 'slipway', organization: 'system:masters' },
} as const satisfies Record<Holder, object>;

export interface KubeconfigOrder {
  readonly clusterName: string;
  /** `host:6443` */
  readonly endpoint: string;
  readonly holder: Holder;
  readonly validity: Validity;
}

export async function adminKubeconfigOf(
  authority: CertifiedKey,
  { clusterName, endpoint, holder, validity }: KubeconfigOrder,
): Promise<Secret> {
  const subject = HOLDERS[holder];
  const { certificate, key } = await createClient(authority, subject, validity);
  const context = `${subject.commonName}@${clusterName}`;
  return new Secret(
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: clusterName,
          cluster: {
            server: `https://${endpoint}`,
            'certificate-authority-data': base64(authority.certificate),
          },
        },
      ],
      users: [
        {
          name: subject.commonName,
          user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) },
        },
      ],
      contexts: [{ name: context, context: { cluster: clusterName, user: subject.commonName } }],
      'current-context': context,
    }),
  );
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

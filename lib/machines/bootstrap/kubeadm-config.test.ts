import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { aBootOrder } from '../../../test/builders/boot.ts';
import { kubeadmConfig } from './kubeadm-config.ts';
import type { BootOrder } from './port.ts';

const FACTS = {
  clusterName: 'shop-1a2b3c',
  nodeName: 'ip-10-0-0-12.eu-central-1.compute.internal',
  token: 'abcdef.0123456789abcdef',
  discoveryHash: 'sha256:00',
};
const ENDPOINT = 'shop-1a2b3c-api-0123.elb.eu-central-1.amazonaws.com';

function documents(fields: Partial<BootOrder>) {
  const text = kubeadmConfig({ ...FACTS, order: aBootOrder(fields) });
  // As kubeadm's reader: YAML 1.1.
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS());
}

describe('[A4] kubeadm init', () => {
  const [cluster, init, kubelet] = documents({ kind: 'init' });

  test('makes a cluster with our endpoint, ranges and keys', () => {
    expect(cluster).toMatchObject({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      clusterName: 'shop-1a2b3c',
      kubernetesVersion: 'v1.33.2',
      controlPlaneEndpoint: `${ENDPOINT}:6443`,
      encryptionAlgorithm: 'ECDSA-P256',
      networking: { podSubnet: '192.168.0.0/16', serviceSubnet: '10.96.0.0/12' },
      apiServer: { certSANs: [ENDPOINT] },
    });
  });

  test('leaves the cloud to its own controller', () => {
    expect(cluster.controllerManager.extraArgs).toContainEqual({ name: 'cloud-provider', value: 'external' });
    expect(init.nodeRegistration.kubeletExtraArgs).toContainEqual({
      name: 'cloud-provider',
      value: 'external',
    });
  });

  test('names the first token, which would otherwise live for a day', () => {
    expect(init.bootstrapTokens).toEqual([{ token: 'abcdef.0123456789abcdef', ttl: '30m0s' }]);
  });

  test('[A6] hardens what kubeadm leaves open', () => {
    const argument = (component: string) =>
      Object.fromEntries(
        cluster[component].extraArgs.map(({ name, value }: Record<string, string>) => [name, value]),
      );
    expect(argument('apiServer')).toMatchObject({
      profiling: 'false',
      'tls-min-version': 'VersionTLS12',
      'audit-log-path': '/var/log/kubernetes/audit/audit.log',
      'audit-policy-file': '/etc/kubernetes/audit-policy.yaml',
      'encryption-provider-config': '/etc/kubernetes/encryption.yaml',
    });
    expect(argument('controllerManager')).toMatchObject({
      profiling: 'false',
      'tls-min-version': 'VersionTLS12',
    });
    expect(argument('scheduler')).toMatchObject({ profiling: 'false', 'tls-min-version': 'VersionTLS12' });
    expect(kubelet).toMatchObject({
      kind: 'KubeletConfiguration',
      authentication: { anonymous: { enabled: false } },
      authorization: { mode: 'Webhook' },
      readOnlyPort: 0,
      protectKernelDefaults: true,
      seccompDefault: true,
      rotateCertificates: true,
    });
  });

  test('every file that the API server is told of is mounted into it', () => {
    const files = cluster.apiServer.extraArgs
      .filter(({ value }: { value: string }) => /^\/etc\//.test(value))
      .map(({ value }: { value: string }) => value);
    const mounts = cluster.apiServer.extraVolumes.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(files).toEqual(['/etc/kubernetes/encryption.yaml', '/etc/kubernetes/audit-policy.yaml']);
    expect(mounts).toEqual(expect.arrayContaining([...files, '/var/log/kubernetes/audit']));
  });
});

describe('[A4] kubeadm join', () => {
  test('checks the cluster by the hash of its CA before it trusts it', () => {
    const [join, ...rest] = documents({ kind: 'join-worker' });
    expect(rest).toEqual([]);
    expect(join).toMatchObject({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'JoinConfiguration',
      discovery: {
        bootstrapToken: {
          apiServerEndpoint: `${ENDPOINT}:6443`,
          token: 'abcdef.0123456789abcdef',
          caCertHashes: ['sha256:00'],
        },
      },
    });
    expect(join).not.toHaveProperty('controlPlane');
  });

  test('as a control plane runs one', () => {
    expect(documents({ kind: 'join-control-plane' })[0]).toMatchObject({
      controlPlane: { localAPIEndpoint: { bindPort: 6443 } },
    });
  });
});

describe('the node that it makes', () => {
  const registration = (fields: Partial<BootOrder>) => documents(fields)[0].nodeRegistration;

  test('has its name, and taints even when there are none', () => {
    expect(registration({ taints: [] })).toMatchObject({ name: FACTS.nodeName, taints: [] });
    const taints = [{ key: 'dedicated', value: 'on', effect: 'NoSchedule' as const }];
    expect(registration({ taints }).taints).toEqual(taints);
  });

  test('gets the labels that Kubernetes lets a kubelet set; the others come later', () => {
    const labels = {
      'slipway.io/pool': 'workers',
      team: 'shop',
      'node-role.kubernetes.io/worker': '',
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/class': 'big',
      'evil.k8s.io/x': 'y',
    };
    expect(registration({ labels }).kubeletExtraArgs).toContainEqual({
      name: 'node-labels',
      value: 'node.kubernetes.io/class=big,slipway.io/pool=workers,team=shop',
    });
    expect(registration({ labels: {} }).kubeletExtraArgs).toEqual([
      { name: 'cloud-provider', value: 'external' },
    ]);
  });
});

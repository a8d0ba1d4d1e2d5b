import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { readKubeadmConfig } from './kubeadm-order.ts';

const V1BETA4 = 'kubeadm.k8s.io/v1beta4';
const CLUSTER = {
  apiVersion: V1BETA4,
  kind: 'ClusterConfiguration',
  kubernetesVersion: 'v1.33.2',
  controlPlaneEndpoint: 'api.example.com:6443',
};
const INIT = { apiVersion: V1BETA4, kind: 'InitConfiguration' };
const TOKEN = 'abcdef.0123456789abcdef';
const BOOTSTRAP = {
  apiServerEndpoint: 'api.example.com:6443',
  token: TOKEN,
  caCertHashes: [`sha256:${'0'.repeat(64)}`],
};
const JOIN = { apiVersion: V1BETA4, kind: 'JoinConfiguration', discovery: { bootstrapToken: BOOTSTRAP } };

const read = (command: 'init' | 'join', ...documents: readonly object[]) =>
  readKubeadmConfig(command, documents.map((document) => stringify(document)).join('---\n'));

describe('kubeadm init', () => {
  test('makes a cluster with defaults', () => {
    expect(read('init', CLUSTER, INIT)).toEqual({
      ok: true,
      value: {
        command: 'init',
        node: { labels: {}, externalCloud: false },
        endpoint: 'api.example.com:6443',
        version: 'v1.33.2',
        serviceCidr: '10.96.0.0/12',
        certSans: [],
        tokens: [],
        mountedFiles: [],
        patience: { controlPlaneMs: 240_000, etcdMs: 120_000, discoveryMs: 300_000, tlsBootstrapMs: 300_000 },
      },
    });
  });

  test('follows what it is told', () => {
    const order = read(
      'init',
      {
        ...CLUSTER,
        networking: { serviceSubnet: '10.32.0.0/16', podSubnet: '192.168.0.0/16' },
        apiServer: {
          certSANs: ['other.example.com'],
          extraVolumes: [{ name: 'a', hostPath: '/etc/a', mountPath: '/etc/a', pathType: 'File' }],
        },
      },
      {
        ...INIT,
        bootstrapTokens: [{ token: TOKEN, ttl: '1h30m' }],
        timeouts: { controlPlaneComponentHealthCheck: '10m0s' },
        nodeRegistration: {
          name: 'node-1',
          taints: [],
          kubeletExtraArgs: [
            { name: 'cloud-provider', value: 'external' },
            { name: 'node-labels', value: 'slipway.io/pool=a,node.kubernetes.io/b=c' },
          ],
        },
      },
      { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', anything: 1 },
    );
    expect(order).toMatchObject({
      value: {
        serviceCidr: '10.32.0.0/16',
        certSans: ['other.example.com'],
        tokens: [{ token: TOKEN, ttlMs: 5_400_000 }],
        mountedFiles: ['/etc/a'],
        patience: { controlPlaneMs: 600_000 },
        node: {
          name: 'node-1',
          taints: [],
          externalCloud: true,
          labels: { 'slipway.io/pool': 'a', 'node.kubernetes.io/b': 'c' },
        },
      },
    });
  });
});

describe('kubeadm join', () => {
  test('joins as what it is told', () => {
    const order = { command: 'join', endpoint: 'api.example.com:6443', token: TOKEN };
    expect(read('join', JOIN)).toMatchObject({ value: { ...order, controlPlane: false } });
    const asControlPlane = { ...JOIN, controlPlane: { localAPIEndpoint: { bindPort: 6443 } } };
    expect(read('join', asControlPlane)).toMatchObject({ value: { ...order, controlPlane: true } });
  });
});

describe('kubeadm refuses', () => {
  const node = (nodeRegistration: object) => [CLUSTER, { ...INIT, nodeRegistration }] as const;

  test.each([
    ['an old version', [{ ...CLUSTER, apiVersion: 'kubeadm.k8s.io/v1beta3' }], 'apiVersion'],
    ['an unknown kind', [CLUSTER, { apiVersion: V1BETA4, kind: 'ClusterConfig' }], 'ClusterConfig'],
    ['an unknown field', [{ ...CLUSTER, podSubnet: '10.0.0.0/8' }], 'Unrecognized key: "podSubnet"'],
    ['one kind twice', [CLUSTER, CLUSTER], 'is there twice'],
    ['no cluster', [INIT], 'no ClusterConfiguration'],
    ['no endpoint', [{ ...CLUSTER, controlPlaneEndpoint: undefined }], 'controlPlaneEndpoint'],
    [
      'flags as a map, as before v1beta4',
      node({ kubeletExtraArgs: { 'cloud-provider': 'external' } }),
      'kubeletExtraArgs',
    ],
    [
      'a flag that is no text',
      node({ kubeletExtraArgs: [{ name: 'v', value: 2 }] }),
      'kubeletExtraArgs/0/value',
    ],
    ['a name with capitals', node({ name: 'Node' }), 'nodeRegistration/name'],
    ['an unknown effect', node({ taints: [{ key: 'a', effect: 'Never' }] }), 'taints/0/effect'],
    [
      'labels that a node may not give itself',
      node({ kubeletExtraArgs: [{ name: 'node-labels', value: 'node-role.kubernetes.io/worker=' }] }),
      "unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: [node-role.kubernetes.io/worker]",
    ],
  ])('%s', (_what, documents, problem) => {
    const result = read('init', ...documents);
    expect(result.ok || result.problem).toContain(problem);
  });

  test.each([
    ['a token of another shape', { ...BOOTSTRAP, token: 'short' }, 'discovery/bootstrapToken/token'],
    ['no pin of the authority', { ...BOOTSTRAP, caCertHashes: [] }, 'caCertHashes'],
    ['a pin of another kind', { ...BOOTSTRAP, caCertHashes: ['md5:00'] }, 'caCertHashes/0'],
  ])('to join with %s', (_what, bootstrapToken, problem) => {
    const result = read('join', { ...JOIN, discovery: { bootstrapToken } });
    expect(result.ok || result.problem).toContain(problem);
  });

  test('a file that is none', () => {
    expect(readKubeadmConfig('join', '')).toMatchObject({ ok: false });
    expect(readKubeadmConfig('join', 'a: [')).toMatchObject({ ok: false });
  });
});

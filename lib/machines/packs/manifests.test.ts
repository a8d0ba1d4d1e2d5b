import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../domain/cluster.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import { isPackName, packHash, packObjects } from './manifests.ts';

const FACTS = { clusterName: 'shop-1a2b3c', podCidr: '192.168.0.0/16', kubernetesVersion: '1.33.2' };
const PACKS = ['cloud-controller-aws', 'cni-flannel', 'csi-aws-ebs', 'metrics-server'] as const;

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly tolerations: readonly Readonly<Record<string, string>>[];
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
}
interface Container {
  readonly image: string;
  readonly args?: readonly string[];
}

const objectsOf = (pack: (typeof PACKS)[number]) => packObjects(pack, FACTS);
const named = (objects: readonly KubernetesObject[], kind: string, name?: string) => {
  const found = objects.find(
    (one) => one.kind === kind && (name === undefined || one.metadata.name === name),
  );
  if (found === undefined) throw new Error(`no ${kind} ${name ?? ''}`);
  return found;
};
const podOf = (set: KubernetesObject): PodSpec => JSON.parse(JSON.stringify(set.spec)).template.spec;
const daemons = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === 'DaemonSet' || kind === 'Deployment');

describe.each(PACKS)('[A5] the pack %s', (pack) => {
  const objects = objectsOf(pack);

  test('is filled in whole', () => {
    expect(JSON.stringify(objects)).not.toContain('${');
  });

  test('states no zero that an API server does not give back: it would be put back for ever', () => {
    const zeros: string[] = [];
    JSON.stringify(objects, (key, value) => {
      if (/(?:Seconds|Threshold)$/.test(key) && value === 0) zeros.push(key);
      return value;
    });
    expect(zeros).toEqual([]);
  });

  test('makes what its pods run as, before them and once', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const set of daemons(objects)) {
      const account = `ServiceAccount ${set.metadata.namespace}/${podOf(set).serviceAccountName}`;
      expect(names.indexOf(account)).toBeGreaterThanOrEqual(0);
      expect(names.indexOf(account)).toBeLessThan(objects.indexOf(set));
    }
  });

  test('binds roles that it makes, or that Kubernetes has, to accounts that it makes', () => {
    const made = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    for (const binding of objects.filter(({ kind }) => kind.endsWith('RoleBinding'))) {
      const { roleRef, subjects } = JSON.parse(JSON.stringify(binding));
      const own = made.includes(`${roleRef.kind} ${roleRef.name}`);
      const builtIn = ['extension-apiserver-authentication-reader', 'system:auth-delegator'];
      expect(own || builtIn.includes(roleRef.name)).toBe(true);
      for (const { name } of subjects) expect(made).toContain(`ServiceAccount ${name}`);
    }
  });

  test('[A6] grants no wildcard, no Secrets and nothing to everybody', () => {
    for (const role of objects.filter(({ kind }) => /^(?:Cluster)?Role$/.test(kind))) {
      expect(JSON.stringify(role.rules)).not.toContain('*');
      expect(JSON.stringify(role.rules)).not.toContain('"secrets"');
    }
    expect(JSON.stringify(objects)).not.toMatch(
      /system:(?:authenticated|unauthenticated|masters)|cluster-admin/,
    );
  });

  test('pins the versions of its images', () => {
    const images = daemons(objects).flatMap((set) => {
      const { initContainers = [], containers } = podOf(set);
      return [...initContainers, ...containers].map(({ image }) => image);
    });
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/^[a-z0-9.-]+(?:\/[a-z0-9-]+)+:v\d+\.\d+\.\d+[\w-]*$/);
  });

  test('its pods find nodes that have just joined', () => {
    for (const set of daemons(objects)) {
      const { tolerations, nodeSelector = {} } = podOf(set);
      const everywhere = tolerations.some(({ key, operator }) => key === undefined && operator === 'Exists');
      const controlPlane = tolerations.some(({ key }) => key === 'node-role.kubernetes.io/control-plane');
      expect(everywhere || (controlPlane && 'node-role.kubernetes.io/control-plane' in nodeSelector)).toBe(
        true,
      );
    }
  });
});

describe('the hash of a pack', () => {
  const others = [
    { ...FACTS, clusterName: 'other-1a2b3c' },
    { ...FACTS, podCidr: '10.200.0.0/16' },
    { ...FACTS, kubernetesVersion: '1.33.9' },
    { ...FACTS, kubernetesVersion: '1.34.1' },
    { ...FACTS, values: {} },
    { ...FACTS, values: { mtu: 1500 } },
    { ...FACTS, values: { backend: 'vxlan' } },
    { ...FACTS, values: { encrypted: true, volumeType: 'gp3' } },
    { ...FACTS, values: { encrypted: false } },
    { ...FACTS, values: { fsType: 'xfs' } },
    { ...FACTS, values: { volumeType: 'gp2' } },
    { ...FACTS, values: { iopsPerGiB: 10 } },
    { ...FACTS, values: { reclaimPolicy: 'Retain' } },
    { ...FACTS, values: { defaultStorageClass: false } },
  ];

  test.each(PACKS)('of %s changes exactly when its objects do', (pack) => {
    for (const values of others) {
      const isSame = isDeepStrictEqual(packObjects(pack, values), objectsOf(pack));
      expect(packHash(pack, values) === packHash(pack, FACTS)).toBe(isSame);
    }
  });

  test('is another one for each pack', () => {
    const hashes = PACKS.map((pack) => packHash(pack, FACTS));
    expect(new Set(hashes).size).toBe(4);
    expect(hashes[0]).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('[A5] the cloud controller', () => {
  test.each([
    ['1.31.4', 'v1.31.8'],
    ['1.32.0', 'v1.32.5'],
    ['1.33.2', 'v1.33.0'],
    ['1.34.1', 'v1.34.0'],
  ])('of Kubernetes %s is %s', (kubernetesVersion, version) => {
    const set = named(packObjects('cloud-controller-aws', { ...FACTS, kubernetesVersion }), 'DaemonSet');
    expect(podOf(set).containers[0]?.image).toBe(
      `registry.k8s.io/provider-aws/cloud-controller-manager:${version}`,
    );
  });

  test('of another version there is none', () => {
    expect(() => packObjects('cloud-controller-aws', { ...FACTS, kubernetesVersion: '1.99.0' })).toThrow(
      'No cloud controller for Kubernetes 1.99.0',
    );
  });

  test('knows the cluster by its tag, leaves routes alone, and runs where credentials of the machine are', () => {
    const pod = podOf(named(objectsOf('cloud-controller-aws'), 'DaemonSet'));
    expect(pod.hostNetwork).toBe(true);
    expect(pod.containers[0]?.args).toEqual(
      expect.arrayContaining([
        '--cluster-name=shop-1a2b3c',
        '--cluster-cidr=192.168.0.0/16',
        '--configure-cloud-routes=false',
      ]),
    );
    expect(pod.tolerations.map(({ key }) => key)).toContain('node.cloudprovider.kubernetes.io/uninitialized');
  });
});

describe('[A5] the network plugin', () => {
  test('has the range that kubeadm got, over VXLAN', () => {
    const { data } = JSON.parse(JSON.stringify(named(objectsOf('cni-flannel'), 'ConfigMap')));
    expect(JSON.parse(data['net-conf.json'])).toEqual({
      Network: '192.168.0.0/16',
      Backend: { Type: 'vxlan', Port: 8472 },
    });
    expect(JSON.parse(data['cni-conf.json']).plugins.map(({ type }: { type: string }) => type)).toEqual([
      'flannel',
      'portmap',
    ]);
  });

  test('its namespace admits pods on the host network', () => {
    expect(named(objectsOf('cni-flannel'), 'Namespace').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'privileged',
    });
  });
});

describe('[A5] the storage driver', () => {
  test('[A6] encrypts volumes by default, and makes them where their pod runs', () => {
    expect(named(objectsOf('csi-aws-ebs'), 'StorageClass')).toMatchObject({
      metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true' },
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    expect(named(objectsOf('csi-aws-ebs'), 'CSIDriver').metadata.name).toBe('ebs.csi.aws.com');
  });

  test("marks volumes as the cluster's, so that they are found when it goes", () => {
    const [plugin] = podOf(named(objectsOf('csi-aws-ebs'), 'DaemonSet', 'ebs-csi-controller')).containers;
    expect(plugin?.args).toContain('--k8s-tag-cluster-id=shop-1a2b3c');
  });
});

describe('[A10] values of a pack', () => {
  const PLACE = ['$', '{clusterName}'].join('');
  const netConf = (objects: readonly KubernetesObject[]) =>
    JSON.parse(JSON.parse(JSON.stringify(named(objects, 'ConfigMap'))).data['net-conf.json']);
  const readByPods = (objects: readonly KubernetesObject[]): unknown =>
    JSON.parse(JSON.stringify(named(objects, 'DaemonSet'))).spec.template.metadata.annotations;
  const flannel = (values: JsonObject) => packObjects('cni-flannel', { ...FACTS, values });
  const storageClass = (values: JsonObject) =>
    named(packObjects('csi-aws-ebs', { ...FACTS, values }), 'StorageClass');

  test('set the size of packets, and make pods read it', () => {
    expect(netConf(flannel({ mtu: 1400 })).Backend).toEqual({ Type: 'vxlan', Port: 8472, MTU: 1400 });
    expect(readByPods(flannel({ mtu: 1400 }))).not.toEqual(readByPods(flannel({})));
    expect(readByPods(flannel({ backend: 'vxlan' }))).toEqual(readByPods(flannel({})));
  });

  test('say what volumes are', () => {
    const values = { volumeType: 'io2', iopsPerGiB: 20, encrypted: false, fsType: 'xfs' };
    expect(storageClass({ ...values, reclaimPolicy: 'Retain', defaultStorageClass: false })).toMatchObject({
      metadata: {
        name: 'ebs',
        labels: { 'app.kubernetes.io/managed-by': 'slipway' },
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'false' },
      },
      parameters: {
        type: 'io2',
        iopsPerGB: '20',
        allowAutoIOPSPerGBIncrease: 'true',
        encrypted: 'false',
        'csi.storage.k8s.io/fstype': 'xfs',
      },
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
  });

  test('that cannot be read count as nothing said', () => {
    expect(flannel({ mtu: 'large' })).toEqual(flannel({}));
    expect(storageClass({ volumeType: PLACE })).toEqual(storageClass({}));
  });

  test.each(PACKS)('of %s are never put into texts', (pack) => {
    const values = { mtu: 1400, [PLACE]: PLACE, backend: PLACE };
    expect(packObjects(pack, { ...FACTS, values })).toEqual(objectsOf(pack));
  });
});

test('other packs are not known', () => {
  expect(isPackName('cni-flannel')).toBe(true);
  expect(isPackName('constructor')).toBe(false);
});

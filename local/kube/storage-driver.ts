/**
 * The storage driver of a self-managed cluster, for as long as one runs there: claims of its classes get a volume of the
 * cloud, which follows the pods that use it and goes with its claim. What its options say about tags it passes on.
 * https://kubernetes.io/docs/concepts/storage/persistent-volumes/
 */
import { z } from 'zod';
import { type Cluster, drop, keep, stored, storedOne } from './cluster.ts';
import { type ApiObject, child, timestamp, uidFor } from './object.ts';
import { isTerminating, nodeNameOf, pods, runningContainers } from './pods.ts';
import type { ClaimedVolume, SelfManagedCluster } from './port.ts';
import { resource } from './resources.ts';

const PROVISIONER = 'ebs.csi.aws.com';
const IMAGE = 'aws-ebs-csi-driver';
const CLUSTER_OPTION = '--k8s-tag-cluster-id=';
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const CLAIMS = resource('persistentvolumeclaims');
const VOLUMES = resource('persistentvolumes');
const CLASSES = resource('storageclasses');
/** What a class without the parameter gets. */
const STANDARD_TYPE = 'gp3';

const PodVolumes = z
  .array(z.object({ persistentVolumeClaim: z.object({ claimName: z.string() }).optional() }))
  .catch([]);

interface Driver {
  readonly clusterTag?: string;
}

export function runStorageDriver(cluster: Cluster): void {
  const { selfManaged } = cluster;
  const driver = runningDriver(cluster);
  if (selfManaged === undefined || driver === undefined) return;
  for (const claim of stored(cluster, CLAIMS)) provide(cluster, selfManaged, driver, claim);
  for (const volume of stored(cluster, VOLUMES)) reclaim(cluster, selfManaged, volume);
}

/** Its controller; the same program also runs on every node, where it makes nothing. */
function runningDriver(cluster: Cluster): Driver | undefined {
  const found = runningContainers(cluster).find(
    ({ image, args }) => image.includes(IMAGE) && args.includes('controller'),
  );
  const option = found?.args.find((arg) => arg.startsWith(CLUSTER_OPTION));
  return found && (option === undefined ? {} : { clusterTag: option.slice(CLUSTER_OPTION.length) });
}

function provide(
  cluster: Cluster,
  selfManaged: SelfManagedCluster,
  { clusterTag }: Driver,
  claim: ApiObject,
): void {
  const storageClass = classOf(cluster, claim);
  if (storageClass?.provisioner !== PROVISIONER) return;
  const { uid = '', namespace = '' } = claim.metadata;
  const name = `pvc-${uid}`;
  const known = storedOne(cluster, VOLUMES, `/${name}`);
  const user = userOf(cluster, claim);
  const waits = known === undefined && storageClass.volumeBindingMode === 'WaitForFirstConsumer';
  const node = user ?? (waits ? undefined : anyWorker(cluster));
  if (node === undefined) return;
  const parameters = child(storageClass, 'parameters');
  const volume: ClaimedVolume = {
    name,
    claim: { namespace, name: claim.metadata.name },
    sizeGiB: sizeOf(claim),
    type: typeof parameters.type === 'string' ? parameters.type : STANDARD_TYPE,
    encrypted: parameters.encrypted === 'true',
    ...(clusterTag === undefined ? {} : { clusterTag }),
    node,
    isUsed: user !== undefined,
  };
  const handle = selfManaged.ensureVolume(volume);
  if (handle !== undefined && known === undefined) bind(cluster, claim, storageClass, volume, handle);
}

function classOf(cluster: Cluster, claim: ApiObject): ApiObject | undefined {
  const { storageClassName } = child(claim, 'spec');
  const all = stored(cluster, CLASSES);
  if (typeof storageClassName === 'string')
    return all.find(({ metadata }) => metadata.name === storageClassName);
  return all.find(({ metadata }) => child({ ...metadata }, 'annotations')[DEFAULT_CLASS] === 'true');
}

/** The node of a pod that mounts it. */
function userOf(cluster: Cluster, { metadata }: ApiObject): string | undefined {
  const user = pods(cluster).find(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      !isTerminating(pod) &&
      nodeNameOf(pod) !== undefined &&
      PodVolumes.parse(child(pod, 'spec').volumes).some(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata.name,
      ),
  );
  return user && nodeNameOf(user);
}

const anyWorker = ({ machines }: Cluster): string | undefined =>
  machines.find(({ kubeadm, state }) => kubeadm?.controlPlane === undefined && state === 'joined')?.name;

/** `20Gi`; other units are nothing that claims of EBS are written in. */
function sizeOf(claim: ApiObject): number {
  const { storage } = child(child(child(claim, 'spec'), 'resources'), 'requests');
  const match = /^(\d+)Gi$/.exec(String(storage));
  return match ? Number(match[1]) : 1;
}

function bind(
  cluster: Cluster,
  claim: ApiObject,
  storageClass: ApiObject,
  { name, sizeGiB }: ClaimedVolume,
  volumeHandle: string,
): void {
  const { namespace = '', uid = '' } = claim.metadata;
  const capacity = { storage: `${sizeGiB}Gi` };
  const { accessModes = ['ReadWriteOnce'], ...spec } = child(claim, 'spec');
  keep(cluster, VOLUMES, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      uid: uidFor(`${cluster.id}/persistentvolumes/${name}`),
      creationTimestamp: timestamp(cluster.nowMs),
      annotations: { 'pv.kubernetes.io/provisioned-by': PROVISIONER },
    },
    spec: {
      capacity,
      accessModes,
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name: claim.metadata.name, uid },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      csi: { driver: PROVISIONER, volumeHandle },
    },
    status: { phase: 'Bound' },
  });
  keep(cluster, CLAIMS, {
    ...claim,
    spec: { ...spec, accessModes, storageClassName: storageClass.metadata.name, volumeName: name },
    status: { phase: 'Bound', capacity, accessModes },
  });
}

/** A claim that is gone takes its volume along, unless its class says to retain it. */
function reclaim(cluster: Cluster, { removeVolume }: SelfManagedCluster, volume: ApiObject): void {
  const { csi, claimRef, persistentVolumeReclaimPolicy } = child(volume, 'spec');
  const { driver, volumeHandle } = child({ csi }, 'csi');
  const { uid } = child({ claimRef }, 'claimRef');
  if (driver !== PROVISIONER || typeof volumeHandle !== 'string') return;
  if (persistentVolumeReclaimPolicy !== 'Delete') return;
  if (stored(cluster, CLAIMS).some(({ metadata }) => metadata.uid === uid)) return;
  removeVolume(volumeHandle);
  drop(cluster, VOLUMES, volume);
}

/**
 * What values of a pack do to its objects. They come out of the pack's schema and go into fields of the objects, never
 * into texts; validation has refused wrong ones before a cluster is stored, and what is unreadable here counts as
 * nothing said instead of failing a pass. Pure.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../domain/cluster.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import { EbsValues, FlannelValues } from '../../profiles/known-packs.ts';
import type { PackName } from './manifests.ts';

export interface Tuning {
  /** With every default filled in: equal ones make equal objects. */
  readonly values: unknown;
  apply(objects: readonly KubernetesObject[]): readonly KubernetesObject[];
}

export function tuningOf(pack: PackName, given: JsonObject): Tuning {
  switch (pack) {
    case 'cni-flannel': {
      const values = readable(FlannelValues, given);
      return { values, apply: (objects) => withNetwork(objects, values) };
    }
    case 'csi-aws-ebs': {
      const values = readable(EbsValues, given);
      return { values, apply: (objects) => objects.map((object) => withStorage(object, values)) };
    }
    case 'cloud-controller-aws':
    case 'metrics-server':
      return { values: {}, apply: (objects) => objects };
  }
}

function readable<T>(schema: z.ZodType<T>, given: JsonObject): T {
  const parsed = schema.safeParse(given);
  return parsed.success ? parsed.data : schema.parse({});
}

const CONFIGURATION = 'net-conf.json';
const ConfigMap = z.looseObject({ data: z.looseObject({ [CONFIGURATION]: z.string() }) });
const Network = z.looseObject({ Backend: z.looseObject({}) });
const Template = z.looseObject({ metadata: z.looseObject({}) });
const DaemonSet = z.looseObject({ spec: z.looseObject({ template: Template }) });
/** Flannel reads its configuration when it starts, so its pods have to be others when it changes. */
const READ_BY_PODS = 'slipway.io/network-configuration';

function withNetwork(
  objects: readonly KubernetesObject[],
  { backend, mtu }: FlannelValues,
): readonly KubernetesObject[] {
  const set = objects.map((object) => {
    if (object.kind !== 'ConfigMap') return object;
    const { data } = ConfigMap.parse(object);
    const network = Network.parse(JSON.parse(String(data[CONFIGURATION])));
    const Backend = { ...network.Backend, Type: backend, ...(mtu === undefined ? {} : { MTU: mtu }) };
    const text = `${JSON.stringify({ ...network, Backend }, null, 2)}\n`;
    return { ...object, data: { ...data, [CONFIGURATION]: text } };
  });
  const maps = set.filter(({ kind }) => kind === 'ConfigMap');
  const digest = createHash('sha256').update(JSON.stringify(maps)).digest('hex').slice(0, 12);
  return set.map((object) => (object.kind === 'DaemonSet' ? withMark(object, digest) : object));
}

function withMark(object: KubernetesObject, digest: string): KubernetesObject {
  const { spec } = DaemonSet.parse(object);
  const metadata = { ...spec.template.metadata, annotations: { [READ_BY_PODS]: digest } };
  return { ...object, spec: { ...spec, template: { ...spec.template, metadata } } };
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** Parameters of classes are texts: kubernetes-sigs/aws-ebs-csi-driver, docs/parameters.md. */
function withStorage(object: KubernetesObject, values: EbsValues): KubernetesObject {
  if (object.kind !== 'StorageClass') return object;
  const { volumeType, iopsPerGiB, encrypted, fsType, reclaimPolicy, defaultStorageClass } = values;
  const annotations = { [DEFAULT_CLASS]: String(defaultStorageClass) };
  return {
    ...object,
    metadata: { ...object.metadata, annotations },
    parameters: {
      type: volumeType,
      encrypted: String(encrypted),
      'csi.storage.k8s.io/fstype': fsType,
      // A small volume would otherwise be refused for fewer operations than its type has at least.
      ...(iopsPerGiB === undefined
        ? {}
        : { iopsPerGB: String(iopsPerGiB), allowAutoIOPSPerGBIncrease: 'true' }),
    },
    reclaimPolicy,
  };
}

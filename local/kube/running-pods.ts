/**
 * Pods of a Deployment that run now, as the programs in them see their surroundings: environment, mounted files, service
 * account. For who runs such a program for real.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { type Cluster, stored, storedOne } from './cluster.ts';
import { type ApiObject, child } from './object.ts';
import { isTerminating, nodeNameOf, phaseOf, silentNodes } from './pods.ts';
import { resource } from './resources.ts';

export interface RunningPod {
  readonly uid: string;
  readonly name: string;
  readonly serviceAccount: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The text of a mounted file, as it is now; `undefined`: there is none. */
  read(path: string): string | undefined;
}

const Variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({
      secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional(),
      fieldRef: z.object({ fieldPath: z.string() }).optional(),
    })
    .optional(),
});
const Reference = z.object({ name: z.string() });
const Container = z.object({
  envFrom: z
    .array(z.object({ configMapRef: Reference.optional(), secretRef: Reference.optional() }))
    .catch([]),
  env: z.array(Variable).catch([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).catch([]),
});
const Volume = z.object({
  name: z.string(),
  secret: z.object({ secretName: z.string() }).optional(),
});
const PodSpec = z.object({
  serviceAccountName: z.string().default('default'),
  containers: z.array(Container).min(1),
  volumes: z.array(Volume).catch([]),
});
type PodSpec = z.output<typeof PodSpec>;

export function runningPods(cluster: Cluster, namespace: string, deployment: string): readonly RunningPod[] {
  const silent = silentNodes(cluster);
  return stored(cluster, resource('pods'))
    .filter(({ metadata }) => metadata.namespace === namespace && isOf(metadata, deployment))
    .filter((pod) => phaseOf(pod) === 'Running' && !isTerminating(pod))
    .filter((pod) => !silent.has(nodeNameOf(pod) ?? ''))
    .flatMap((pod) => seen(cluster, pod) ?? []);
}

/** The controller names its ReplicaSets after it and a hash without dashes. */
const isOf = ({ ownerReferences = [] }: ApiObject['metadata'], deployment: string): boolean =>
  ownerReferences.some(
    ({ kind, name }) => kind === 'ReplicaSet' && name.replace(/-[^-]+$/, '') === deployment,
  );

function seen(cluster: Cluster, pod: ApiObject): RunningPod | undefined {
  const spec = PodSpec.safeParse(child(pod, 'spec'));
  if (!spec.success) return undefined;
  const [container] = spec.data.containers;
  const { namespace = '', name, uid = '' } = pod.metadata;
  const secret = (of: string) => secretText(cluster, `${namespace}/${of}`);
  const sources = (container?.envFrom ?? []).map(({ configMapRef, secretRef }) =>
    secretRef ? secret(secretRef.name) : configText(cluster, `${namespace}/${configMapRef?.name}`),
  );
  const variables = (container?.env ?? []).map(({ name: variable, value, valueFrom }) => {
    const from = valueFrom?.secretKeyRef;
    const told = value ?? (from ? secret(from.name)[from.key] : fieldOf(pod, valueFrom?.fieldRef?.fieldPath));
    return [variable, told] as const;
  });
  return {
    uid,
    name,
    serviceAccount: spec.data.serviceAccountName,
    environment: Object.fromEntries([
      ...sources.flatMap((source) => Object.entries(source)),
      ...variables.flatMap(([key, text]) => (text === undefined ? [] : [[key, text] as const])),
    ]),
    read: (path) => mounted(spec.data, path, secret),
  };
}

function mounted(
  { containers: [container], volumes }: PodSpec,
  path: string,
  secret: (name: string) => Readonly<Record<string, string>>,
): string | undefined {
  for (const { name, mountPath } of container?.volumeMounts ?? []) {
    const folder = mountPath.endsWith('/') ? mountPath : `${mountPath}/`;
    const from = volumes.find((volume) => volume.name === name)?.secret;
    if (from !== undefined && path.startsWith(folder))
      return secret(from.secretName)[path.slice(folder.length)];
  }
  return undefined;
}

function secretText(cluster: Cluster, key: string): Readonly<Record<string, string>> {
  const data: JsonObject = child(storedOne(cluster, resource('secrets'), key), 'data');
  const texts = Object.entries(data).map(([name, value]) => [
    name,
    Buffer.from(String(value), 'base64').toString('utf8'),
  ]);
  return Object.fromEntries(texts);
}

function configText(cluster: Cluster, key: string): Readonly<Record<string, string>> {
  const data: JsonObject = child(storedOne(cluster, resource('configmaps'), key), 'data');
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
}

/** https://kubernetes.io/docs/concepts/workloads/pods/downward-api/ */
function fieldOf(pod: ApiObject, path: string | undefined): string | undefined {
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'spec.nodeName':
      return nodeNameOf(pod);
    default:
      return undefined;
  }
}

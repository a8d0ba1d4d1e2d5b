/** What a kubeadm configuration file asks for, in the words of the simulation. */
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Taint } from '../../lib/domain/pool.ts';
import { HOUR_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import {
  ClusterConfiguration,
  ComponentConfiguration,
  InitConfiguration,
  JoinConfiguration,
  type NodeRegistration,
  type Timeouts,
} from './kubeadm-shapes.ts';
import { type Parsed, parsed, refused, shaped } from './parsed.ts';

export interface NodeOrder {
  /** Absent: the host name. */
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: the default of the role. */
  readonly taints?: readonly Taint[];
  /** The kubelet waits for a cloud controller. */
  readonly externalCloud: boolean;
}

/** How long kubeadm waits for what, milliseconds. */
export interface Patience {
  readonly controlPlaneMs: number;
  readonly etcdMs: number;
  readonly discoveryMs: number;
  readonly tlsBootstrapMs: number;
}

export interface InitToken {
  /** `abcdef.0123456789abcdef` */
  readonly token: string;
  readonly ttlMs: number;
}

export type KubeadmOrder =
  | {
      readonly command: 'init';
      readonly node: NodeOrder;
      readonly patience: Patience;
      /** `host:6443` */
      readonly endpoint: string;
      readonly version: string;
      readonly serviceCidr: string;
      readonly certSans: readonly string[];
      readonly tokens: readonly InitToken[];
      /** Files that the API server's pod mounts: without them it does not start. */
      readonly mountedFiles: readonly string[];
    }
  | {
      readonly command: 'join';
      readonly node: NodeOrder;
      readonly patience: Patience;
      readonly controlPlane: boolean;
      readonly endpoint: string;
      readonly token: string;
      readonly caCertHashes: readonly string[];
    };

const DAY_MS = 24 * HOUR_MS;

const DOCUMENTS = { InitConfiguration, ClusterConfiguration, JoinConfiguration } as const;
const Kind = z.looseObject({ kind: z.string() });

export function readKubeadmConfig(command: 'init' | 'join', text: string): Parsed<KubeadmOrder> {
  const documents = documentsOf(text);
  if (!documents.ok) return documents;
  return command === 'init' ? initOrder(documents.value) : joinOrder(documents.value);
}

type Documents = ReadonlyMap<string, unknown>;

function documentsOf(text: string): Parsed<Documents> {
  const byKind = new Map<string, unknown>();
  const parts = parseAllDocuments(text, { uniqueKeys: true });
  if (!Array.isArray(parts)) return refused('no kubeadm configuration in the file');
  for (const part of parts) {
    const [error] = part.errors;
    if (error !== undefined) return refused(`error converting YAML to JSON: ${error.message.split('\n')[0]}`);
    const read = readDocument(part.toJS());
    if (!read.ok) return read;
    if (byKind.has(read.value.kind))
      return refused(`invalid configuration: kind ${read.value.kind} is there twice`);
    byKind.set(read.value.kind, read.value);
  }
  return parsed(byKind);
}

function readDocument(value: unknown): Parsed<{ readonly kind: string }> {
  const kind = Kind.safeParse(value).data?.kind ?? '';
  const what = `error unmarshaling configuration: ${kind || 'no kind'}`;
  const shape: z.ZodType<{ readonly kind: string }> = isOurs(kind) ? DOCUMENTS[kind] : ComponentConfiguration;
  return shaped(what, shape, value);
}

const isOurs = (kind: string): kind is keyof typeof DOCUMENTS => Object.hasOwn(DOCUMENTS, kind);

function initOrder(documents: Documents): Parsed<KubeadmOrder> {
  const cluster = ClusterConfiguration.safeParse(documents.get('ClusterConfiguration')).data;
  // kubeadm would take defaults; such a cluster has no endpoint that could be shared.
  if (cluster === undefined) return refused('no ClusterConfiguration in the file');
  const init = InitConfiguration.safeParse(documents.get('InitConfiguration')).data;
  const node = nodeOrder(init?.nodeRegistration ?? { kubeletExtraArgs: [] });
  if (!node.ok) return node;
  return parsed({
    command: 'init',
    node: node.value,
    endpoint: cluster.controlPlaneEndpoint,
    version: `v${cluster.kubernetesVersion.replace(/^v/, '')}`,
    serviceCidr: cluster.networking.serviceSubnet,
    certSans: cluster.apiServer?.certSANs ?? [],
    tokens: (init?.bootstrapTokens ?? []).map(({ token, ttl }) => ({
      token,
      ttlMs: milliseconds(ttl, DAY_MS),
    })),
    mountedFiles: (cluster.apiServer?.extraVolumes ?? [])
      .filter(({ pathType }) => pathType === 'File')
      .map(({ hostPath }) => hostPath),
    patience: patienceOf(init?.timeouts),
  });
}

function joinOrder(documents: Documents): Parsed<KubeadmOrder> {
  const join = JoinConfiguration.safeParse(documents.get('JoinConfiguration')).data;
  if (join === undefined) return refused('no JoinConfiguration in the file');
  const node = nodeOrder(join.nodeRegistration);
  if (!node.ok) return node;
  const { apiServerEndpoint, token, caCertHashes } = join.discovery.bootstrapToken;
  return parsed({
    command: 'join',
    node: node.value,
    controlPlane: join.controlPlane !== undefined,
    endpoint: apiServerEndpoint,
    token,
    caCertHashes,
    patience: patienceOf(join.timeouts),
  });
}

/** kubeadm's defaults: https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/#kubeadm-k8s-io-v1beta4-Timeouts */
function patienceOf(timeouts: Timeouts | undefined): Patience {
  return {
    controlPlaneMs: milliseconds(timeouts?.controlPlaneComponentHealthCheck, 4 * MINUTE_MS),
    etcdMs: milliseconds(timeouts?.etcdAPICall, 2 * MINUTE_MS),
    discoveryMs: milliseconds(timeouts?.discovery, 5 * MINUTE_MS),
    tlsBootstrapMs: milliseconds(timeouts?.tlsBootstrap, 5 * MINUTE_MS),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: MINUTE_MS, h: HOUR_MS };

/** `1h0m0s`, which the shape has checked. */
function milliseconds(duration: string | undefined, otherwise: number): number {
  const parts = duration?.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  if (parts === undefined) return otherwise;
  return [...parts].reduce((sum, [, count = '0', unit = 's']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}

type WrittenTaint = NonNullable<NodeRegistration['taints']>[number];

function nodeOrder({ name, taints, kubeletExtraArgs }: NodeRegistration): Parsed<NodeOrder> {
  const args = new Map(kubeletExtraArgs.map((argument) => [argument.name, argument.value]));
  const labels = labelsOf(args.get('node-labels') ?? '');
  const forbidden = Object.keys(labels).find((key) => !mayLabelItself(key));
  if (forbidden !== undefined) {
    return refused(
      `kubelet: unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: [${forbidden}]`,
    );
  }
  return parsed({
    labels,
    externalCloud: args.get('cloud-provider') === 'external',
    ...(name === undefined ? {} : { name }),
    ...(taints === undefined ? {} : { taints: taints.map(taintOf) }),
  });
}

const taintOf = ({ key, value, effect }: WrittenTaint): Taint => ({
  key,
  effect,
  ...(value === undefined ? {} : { value }),
});

const labelsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]),
  );

/** What the kubelet lets a node say of itself: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction */
function mayLabelItself(key: string): boolean {
  const domain = key.includes('/') ? (key.split('/')[0] ?? '') : '';
  if (!/(?:^|\.)(?:kubernetes|k8s)\.io$/.test(domain)) return true;
  return (
    /(?:^|\.)(?:kubelet|node)\.kubernetes\.io$/.test(domain) ||
    ['kubernetes.io/arch', 'kubernetes.io/hostname', 'kubernetes.io/os'].includes(key) ||
    ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'].includes(key)
  );
}

/**
 * Packs as data: the Kubernetes objects that make a cluster on machines whole. The files of packs/manifests are parts
 * of the bundle, so a function app reads no file; they are checked when they are loaded, because a pack that is broken
 * must not be found out on somebody's cluster.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import cloudControllerAccess from '../../../packs/manifests/cloud-controller-aws/access.json' with {
  type: 'json',
};
import cloudController from '../../../packs/manifests/cloud-controller-aws/controller.json' with {
  type: 'json',
};
import flannelAccess from '../../../packs/manifests/cni-flannel/access.json' with { type: 'json' };
import flannel from '../../../packs/manifests/cni-flannel/network.json' with { type: 'json' };
import ebsAccess from '../../../packs/manifests/csi-aws-ebs/access.json' with { type: 'json' };
import ebsController from '../../../packs/manifests/csi-aws-ebs/controller.json' with { type: 'json' };
import ebsDriver from '../../../packs/manifests/csi-aws-ebs/driver.json' with { type: 'json' };
import ebsNode from '../../../packs/manifests/csi-aws-ebs/node.json' with { type: 'json' };
import metricsAccess from '../../../packs/manifests/metrics-server/access.json' with { type: 'json' };
import metricsServer from '../../../packs/manifests/metrics-server/server.json' with { type: 'json' };
import { canonical } from '../../domain/canonical.ts';
import type { JsonObject } from '../../domain/cluster.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import { tuningOf } from './tuning.ts';

/** `${name}` */
const PLACE = /\$\{(\w+)\}/g;

const Manifest = z.looseObject({
  apiVersion: z.string().regex(/^(?:[a-z0-9.-]+\/)?v\d+(?:(?:alpha|beta)\d+)?$/),
  kind: z.string().regex(/^[A-Z][A-Za-z]+$/),
  metadata: z.looseObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9.:-]{0,252}$/),
    namespace: z.string().exactOptional(),
    // Whoever looks at the object sees whose it is.
    labels: z
      .looseObject({ 'app.kubernetes.io/managed-by': z.literal('slipway') })
      .and(z.record(z.string(), z.string())),
  }),
});

/** Order matters: what others refer to comes first. */
const PACKS = {
  'cloud-controller-aws': checked([...cloudControllerAccess, ...cloudController]),
  'cni-flannel': checked([...flannelAccess, ...flannel]),
  'csi-aws-ebs': checked([...ebsDriver, ...ebsAccess, ...ebsController, ...ebsNode]),
  'metrics-server': checked([...metricsAccess, ...metricsServer]),
} as const;

export type PackName = keyof typeof PACKS;

export const isPackName = (name: string): name is PackName => Object.hasOwn(PACKS, name);

/** What a pack needs to know of the cluster. */
export interface PackFacts {
  readonly clusterName: string;
  readonly podCidr: string;
  /** `1.33.2` */
  readonly kubernetesVersion: string;
  /** Of the profile, with overrides laid over them; absent: none. */
  readonly values?: JsonObject;
}

/** Throws for a Kubernetes version that no pack was made for: validation refuses those. */
export function packObjects(pack: PackName, facts: PackFacts): readonly KubernetesObject[] {
  const known = knownOf(facts);
  const { apply } = tuningOf(pack, facts.values ?? {});
  return apply(PACKS[pack].map((object) => Manifest.parse(filled(object, known))));
}

/**
 * Twelve hex digits that change exactly when the objects do. Every pass asks for them and few for the objects, so they
 * are worked out from the pack's own digest, its values and the facts that stand in it. Throws as packObjects does.
 */
export function packHash(pack: PackName, facts: PackFacts): string {
  const { digest, places } = TEMPLATES[pack];
  const known = knownOf(facts);
  const { values } = tuningOf(pack, facts.values ?? {});
  return digestOf([digest, values, ...places.map((place) => textFor(place, known))]).slice(0, 12);
}

const digestOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex');

interface Template {
  readonly digest: string;
  /** Names of the values that it asks for. */
  readonly places: readonly string[];
}

const TEMPLATES: Readonly<Record<PackName, Template>> = {
  'cloud-controller-aws': templateOf(PACKS['cloud-controller-aws']),
  'cni-flannel': templateOf(PACKS['cni-flannel']),
  'csi-aws-ebs': templateOf(PACKS['csi-aws-ebs']),
  'metrics-server': templateOf(PACKS['metrics-server']),
};

function templateOf(objects: readonly KubernetesObject[]): Template {
  const places = [...JSON.stringify(objects).matchAll(PLACE)].map(([, name = '']) => name);
  return { digest: digestOf(objects), places: [...new Set(places)].sort() };
}

function knownOf({ clusterName, podCidr, kubernetesVersion }: PackFacts): Readonly<Record<string, string>> {
  return { clusterName, podCidr, cloudControllerImage: cloudControllerImage(kubernetesVersion) };
}

/**
 * A cloud controller is of the minor version of its cluster.
 * Source: https://github.com/kubernetes/cloud-provider-aws/releases
 */
const CLOUD_CONTROLLERS: Readonly<Record<string, string>> = {
  '1.31': 'v1.31.8',
  '1.32': 'v1.32.5',
  '1.33': 'v1.33.0',
  '1.34': 'v1.34.0',
};

function cloudControllerImage(kubernetesVersion: string): string {
  const minor = kubernetesVersion.split('.').slice(0, 2).join('.');
  const version = CLOUD_CONTROLLERS[minor];
  if (version === undefined) throw new Error(`No cloud controller for Kubernetes ${kubernetesVersion}`);
  return `registry.k8s.io/provider-aws/cloud-controller-manager:${version}`;
}

function checked(objects: readonly unknown[]): readonly KubernetesObject[] {
  return objects.map((object) => Manifest.parse(object));
}

/** Fills `${name}` in every text. Throws for a name that there is no value for. */
function filled(value: unknown, known: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replace(PLACE, (_, name: string) => textFor(name, known));
  if (Array.isArray(value)) return value.map((item) => filled(item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, known)]));
}

function textFor(name: string, known: Readonly<Record<string, string>>): string {
  const value = known[name];
  if (value === undefined) throw new Error(`A pack asks for a value that clusters do not have: ${name}`);
  return value;
}

/**
 * Add-ons: packs that the agent installs, as data. The files of packs/addons are part of the bundle and are checked when
 * it is loaded. What comes with the cloud or is installed by the pass itself (network, storage) is not among them.
 */
import { z } from 'zod';
import prometheus from '../../packs/addons/prometheus.json' with { type: 'json' };
import velero from '../../packs/addons/velero.json' with { type: 'json' };
import type { DefinedPack } from '../domain/agent.ts';
import type { ClusterDocument, Json, JsonObject } from '../domain/cluster.ts';
import type { ResolvedProfile } from '../domain/profile.ts';
import { mergeValues, resolve } from '../profiles/resolve.ts';
import type { Rule } from './manifests/access.ts';
import { veleroChartValues } from './velero-chart.ts';

const word = z.string().min(1).max(253);
const words = z.array(word);
const values = z.record(z.string(), z.json());

const AddonFile = z.strictObject({
  name: word,
  version: word,
  chart: z.strictObject({
    repository: z.string().regex(/^(?:https|oci):\/\//),
    chart: word,
    chartVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
    namespace: word,
    release: word,
    values,
  }),
  /** Short names for values that lie deep in the chart: JSON pointers. */
  settings: z.record(z.string(), z.string().regex(/^(?:\/[^/~]+)+$/)),
  /** Images of what plugs into it, by cloud: velero-chart.ts. */
  plugins: z.strictObject({ azure: word, aws: word }).exactOptional(),
  /** Rights that installing it needs beside those that all packs need. */
  rules: z.array(
    z.strictObject({
      apiGroups: words.exactOptional(),
      resources: words.exactOptional(),
      resourceNames: words.exactOptional(),
      nonResourceURLs: words.exactOptional(),
      verbs: words,
    }),
  ),
});
type Addon = z.output<typeof AddonFile>;

const ADDONS: readonly Addon[] = [AddonFile.parse(prometheus), AddonFile.parse(velero)];

type Described = Pick<ClusterDocument, 'id' | 'profile' | 'spec'>;

/** In the order of the profile. Add-ons that nobody knows are not among them: they stay pending. */
export function definedPacks(cluster: Described): readonly DefinedPack[] {
  const { layers } = resolve(cluster.profile, cluster.spec.packOverrides);
  return layers.flatMap(({ layer, pack, version, values: own }) => {
    const addon = layer === 'addon' ? addonOf(pack, version) : undefined;
    const values = addon && chartValues(cluster, addon, own);
    if (addon === undefined || values === undefined) return [];
    const { chart } = addon;
    return [{ name: pack, version, kind: 'chart', ...chart, values: mergeValues(chart.values, values) }];
  });
}

/** What the agent needs to be allowed for the add-ons of a profile; `undefined`: there are none that it installs. */
export function packRules({ layers }: ResolvedProfile): readonly Rule[] | undefined {
  const addons = layers.flatMap(({ layer, pack, version }) =>
    layer === 'addon' ? (addonOf(pack, version) ?? []) : [],
  );
  return addons.length === 0 ? undefined : addons.flatMap(({ rules }) => rules);
}

/** What an agent needs to be allowed that installs any of them. */
export function allPackRules(): readonly Rule[] {
  return ADDONS.flatMap(({ rules }) => rules);
}

/** Where charts come from, each once. */
export function chartRepositories(): readonly string[] {
  return [...new Set(ADDONS.map(({ chart }) => chart.repository))].sort();
}

function addonOf(pack: string, version: string): Addon | undefined {
  return ADDONS.find((addon) => addon.name === pack && addon.version === version);
}

/** `undefined`: with these values there is nothing to install. */
function chartValues(cluster: Described, addon: Addon, own: JsonObject): JsonObject | undefined {
  const { plugins, settings } = addon;
  return plugins === undefined ? placed(settings, own) : veleroChartValues(cluster, own, plugins);
}

/** Short names go where they belong, everything else is the chart's own. */
function placed(settings: Addon['settings'], own: JsonObject): JsonObject {
  const entries = Object.entries(own).map(([name, value]) => {
    const pointer = Object.hasOwn(settings, name) ? settings[name] : undefined;
    return nested(pointer?.split('/').slice(1) ?? [name], value);
  });
  return entries.reduce<JsonObject>(mergeValues, {});
}

function nested([first, ...rest]: readonly string[], value: Json | undefined): JsonObject {
  return first === undefined ? {} : { [first]: rest.length === 0 ? value : nested(rest, value) };
}

/**
 * Each add-on with exactly the rights that its file names, installed by a helm that acts with the agent's own service
 * account: it becomes ready, and none of the rights could be left out. What helm's watchers need beside that is not seen
 * here: they are not simulated.
 */
import { expect, test } from '@jest/globals';
import type { Rule } from '../lib/agents/manifests/access.ts';
import { agentObjects } from '../lib/agents/manifests/objects.ts';
import { definedPacks, packRules } from '../lib/agents/packs.ts';
import type { JsonObject } from '../lib/domain/cluster.ts';
import { simulatedHelm } from '../local/agents/helm.ts';
import { anAgentDefinition } from '../test/builders/agent-definition.ts';
import { install } from '../test/builders/agent-rights.ts';
import { stopsAgents } from '../test/builders/agent-world.ts';
import { aCluster, aProfile } from '../test/builders/cluster.ts';

const VALUES = {
  prometheus: { retention: '7d' },
  velero: {
    bucket: 'backups',
    storageAccount: 'shopbackups',
    resourceGroup: 'backup',
    identityClientId: '22222222-2222-4222-8222-222222222222',
  },
} as const satisfies Record<string, JsonObject>;
type AddonName = keyof typeof VALUES;

const kept = stopsAgents();

const profileWith = (pack: AddonName) =>
  aProfile({ layers: [{ layer: 'addon', pack, version: '1.0.0', values: VALUES[pack] }] });

/** What the agent says of the pack in the end, and what it was refused on the way. */
async function installing(pack: AddonName, rules: readonly Rule[]) {
  const order = { url: 'https://slipway.test', image: 'slipway/agent:1', cluster: 'uid', packs: rules };
  const { world, http, refused } = install(agentObjects(order), (object) => withoutOwnBind(object));
  kept(world.start({ kube: http, helm: simulatedHelm(http, world.time) }));
  const packs = definedPacks(aCluster({ profile: profileWith(pack) }));
  world.server.definition = anAgentDefinition({ packs });
  await world.advance(180_000);
  const [report] = world.server.beats.findLast(({ packs: said }) => said !== undefined)?.packs ?? [];
  return { state: report?.state, refused };
}

/** The agent may bind `cluster-admin` for scans anyway; an add-on does not count on that. */
function withoutOwnBind(object: JsonObject): JsonObject {
  const { rules, metadata } = object;
  const isOwn = JSON.stringify(metadata).includes('"name":"slipway-agent"');
  if (!isOwn || !Array.isArray(rules)) return object;
  return { ...object, rules: rules.filter((rule) => !JSON.stringify(rule).includes('"bind"')) };
}

test.each<AddonName>(['prometheus', 'velero'])(
  '%s is installed with the rights of its file',
  async (pack) => {
    expect(await installing(pack, packRules(profileWith(pack)) ?? [])).toEqual({
      state: 'Ready',
      refused: [],
    });
  },
);

const SINGLE = (['prometheus', 'velero'] as const).flatMap((pack) =>
  (packRules(profileWith(pack)) ?? []).map((rule, index): [AddonName, string, number] => [
    pack,
    `${rule.verbs} ${rule.resources} ${rule.resourceNames ?? ''}`,
    index,
  ]),
);

test.each(SINGLE)('%s is not without: %s', async (pack, _what, index) => {
  const rules = (packRules(profileWith(pack)) ?? []).toSpliced(index, 1);
  const { state, refused } = await installing(pack, rules);
  expect(state).not.toBe('Ready');
  expect(refused).not.toEqual([]);
});

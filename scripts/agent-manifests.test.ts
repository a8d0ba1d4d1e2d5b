/** The manifest and the chart of the agent say what the control plane installs. */
import { expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { BOOTSTRAP_TOKEN_FILE } from '../agent/ports.ts';
import { readSettings } from '../agent/settings.ts';
import { agentObjects } from '../lib/agents/manifests/objects.ts';
import { allPackRules } from '../lib/agents/packs.ts';
import { readText } from '../test/repo/tree.ts';
import { agentManifests } from './agent-manifests.ts';

const VALUES: Readonly<Record<string, string>> = {
  url: 'https://slipway.test',
  image: 'registry.test/agent:1',
  cluster: '6f1b0f9e-5a46-4c3e-9a53-0a0c3b1f7d10',
  bootstrapToken: 'id.secret',
};

/** The little of helm's language that the chart uses. */
const rendered = (template: string): readonly unknown[] =>
  parseAllDocuments(
    template
      .replace(/\{\{-? (?:if [^}]*|end) \}\}\n/g, '')
      .replace(/\{\{ \.Values\.(\w+) \| quote \}\}/g, (_all, name: string) => JSON.stringify(VALUES[name])),
  ).map((document) => document.toJS());

test.each(Object.entries(agentManifests()))('%s is what would be written', (file, text) => {
  expect(readText(file)).toBe(text);
});

test('the chart installs what the control plane installs', () => {
  const { url = '', image = '', cluster = '' } = VALUES;
  const [agent = '', packs = ''] = ['agent', 'packs'].map((name) =>
    readText(`agent/chart/templates/${name}.generated.yaml`),
  );
  const wanted = agentObjects({ url, image, cluster, packs: allPackRules() }).filter(
    ({ kind }) => kind !== 'Namespace',
  );
  const byName = (objects: readonly unknown[]) => objects.map((object) => JSON.stringify(object)).toSorted();
  expect(byName([...rendered(agent), ...rendered(packs)])).toEqual(byName(wanted));
});

test('the token of the chart comes where the agent looks for it', () => {
  expect(rendered(readText('agent/chart/templates/bootstrap.generated.yaml'))).toEqual([
    expect.objectContaining({
      metadata: expect.objectContaining({ name: 'slipway-agent-bootstrap', namespace: 'slipway-system' }),
      stringData: { 'bootstrap-token': 'id.secret' },
    }),
  ]);
});

test('values of the chart are those of its templates, and those of its schema', () => {
  const used = Object.values(agentManifests()).flatMap((text) => [...text.matchAll(/\.Values\.(\w+)/g)]);
  const names = [...new Set(used.map(([, name]) => name))].sort();
  expect(Object.keys(parse(readText('agent/chart/values.yaml'))).sort()).toEqual(names);
  const { properties } = JSON.parse(readText('agent/chart/values.schema.json'));
  expect(Object.keys(properties).sort()).toEqual([...names, 'global'].sort());
});

test('the program understands the environment that it is given', () => {
  const deployment = JSON.parse(
    JSON.stringify(agentObjects({ url: 'https://x.test/', image: 'i', cluster: 'uid' }).at(-1)),
  );
  const [container] = deployment.spec.template.spec.containers;
  const environment = Object.fromEntries(
    container.env.map(({ name, value }: Record<string, string>) => [name, value]),
  );
  expect(readSettings(environment)).toMatchObject({
    SLIPWAY_URL: 'https://x.test',
    SLIPWAY_CLUSTER: 'uid',
    SLIPWAY_NAMESPACE: 'slipway-system',
  });
  const mounts = container.volumeMounts.map(({ mountPath }: Record<string, string>) => mountPath);
  expect(mounts.some((folder: string) => BOOTSTRAP_TOKEN_FILE.startsWith(`${folder}/`))).toBe(true);
});

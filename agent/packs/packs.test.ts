/** Packs as the whole agent carries them out, against the simulated Kubernetes API. */
import { describe, expect, test } from '@jest/globals';
import type { DefinedPack } from '../../lib/domain/agent.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { anAgentDefinition } from '../../test/builders/agent-definition.ts';
import { type AgentWorld, anAgentWorld, type Started, stopsAgents } from '../../test/builders/agent-world.ts';

const kept = stopsAgents();

const configMap = (name: string, data: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});
const shop = (...objects: readonly JsonObject[]): DefinedPack => ({
  name: 'shop',
  version: '1.0.0',
  kind: 'manifests',
  objects,
});

const start = (world: AgentWorld): Started => kept(world.start());

/** Another definition, and time for it to be carried out. */
async function define(
  world: AgentWorld,
  generation: number,
  ...packs: readonly DefinedPack[]
): Promise<void> {
  world.server.definition = anAgentDefinition({ generation, revision: `${generation}.0`, packs });
  await world.advance(130_000);
}

const exists = ({ cluster }: AgentWorld, name: string): boolean =>
  cluster.ask('GET', `/api/v1/namespaces/default/configmaps/${name}`).status === 200;
const reported = ({ server }: AgentWorld) => server.beats.findLast(({ packs }) => packs !== undefined)?.packs;

describe('manifests', () => {
  test('[A52] are applied, and the generation counts as carried out when they are ready', async () => {
    const world = anAgentWorld();
    start(world);
    await define(world, 7, shop(configMap('a'), configMap('b')));
    expect([exists(world, 'a'), exists(world, 'b')]).toEqual([true, true]);
    expect(reported(world)).toEqual([{ name: 'shop', version: '1.0.0', state: 'Ready' }]);
    await world.advance(60_000);
    expect(world.server.beats.at(-1)?.observedGeneration).toBe(7);
  });

  test('[A51] an unchanged definition is asked for once', async () => {
    const world = anAgentWorld();
    start(world);
    await define(world, 1, shop(configMap('a')));
    const reads = world.server.definitionReads;
    await world.advance(600_000);
    expect(world.server.definitionReads).toBe(reads);
  });

  test('a workload is ready when its pods are', async () => {
    const world = anAgentWorld();
    start(world);
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { nodeSelector: { disk: 'fast' }, containers: [{ name: 'web', image: 'nginx:1.29' }] },
        },
      },
    };
    await define(world, 2, shop(deployment));
    expect(reported(world)).toEqual([
      {
        name: 'shop',
        version: '1.0.0',
        state: 'Installing',
        message: 'Deployment.apps default/web: 0 of 2 pods are ready.',
      },
    ]);
    expect(world.server.beats.at(-1)?.observedGeneration).not.toBe(2);
    world.cluster.ask(
      'PATCH',
      '/api/v1/nodes/node-1',
      { metadata: { labels: { disk: 'fast' } } },
      { 'content-type': 'application/merge-patch+json' },
    );
    await world.advance(240_000);
    expect(reported(world)).toEqual([{ name: 'shop', version: '1.0.0', state: 'Ready' }]);
  });

  test('what is no longer in the pack goes; what somebody protects or took over stays', async () => {
    const world = anAgentWorld();
    start(world);
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => configMap(name));
    await define(world, 1, shop(...many));
    const patch = (name: string, metadata: JsonObject) =>
      world.cluster.ask(
        'PATCH',
        `/api/v1/namespaces/default/configmaps/${name}`,
        { metadata },
        { 'content-type': 'application/merge-patch+json' },
      );
    patch('a', { annotations: { 'slipway.io/prune': 'disabled' } });
    patch('b', { labels: { 'slipway.io/pack': 'other' } });
    await define(world, 2, shop(...many.slice(3)));
    expect(['a', 'b', 'c', 'd'].map((name) => exists(world, name))).toEqual([true, true, false, true]);
    expect(world.log).toContainEqual({
      level: 'info',
      message: 'Pruning',
      keys: { pack: 'shop', objects: ['ConfigMap default/a', 'ConfigMap default/b', 'ConfigMap default/c'] },
    });
    expect(reported(world)?.[0]?.message).toContain('ConfigMap default/a stays');
  });

  test('much that is to go is said first and goes later', async () => {
    const world = anAgentWorld();
    start(world);
    const many = ['a', 'b', 'c'].map((name) => configMap(name));
    await define(world, 1, shop(...many));
    world.server.definition = anAgentDefinition({
      generation: 2,
      revision: '2.0',
      packs: [shop(configMap('c'))],
    });
    await world.advance(120_000);
    expect(exists(world, 'a')).toBe(true);
    expect(reported(world)).toEqual([
      {
        name: 'shop',
        version: '1.0.0',
        state: 'Installing',
        message: 'Will delete ConfigMap default/a, ConfigMap default/b.',
      },
    ]);
    await world.advance(240_000);
    expect(['a', 'b', 'c'].map((name) => exists(world, name))).toEqual([false, false, true]);
    expect(reported(world)?.[0]?.state).toBe('Ready');
  });

  test('a definition that lost its packs for a moment deletes nothing', async () => {
    const world = anAgentWorld();
    start(world);
    await define(world, 1, shop(configMap('a')));
    world.server.definition = anAgentDefinition({ generation: 2, revision: '2.0' });
    await world.advance(100_000);
    await define(world, 3, shop(configMap('a')));
    await world.advance(600_000);
    expect(exists(world, 'a')).toBe(true);
  });

  test('a pack that left goes, also when the agent did not run meanwhile', async () => {
    const world = anAgentWorld();
    const first = start(world);
    await define(world, 1, shop(configMap('a')));
    await first.stop();
    world.server.definition = anAgentDefinition({ generation: 2, revision: '2.0' });
    start(world);
    await world.advance(600_000);
    expect(exists(world, 'a')).toBe(false);
    expect(reported(world)).toEqual([]);
    expect(world.server.beats.at(-1)?.observedGeneration).toBe(2);
  });

  test('a custom resource waits for its definition and does not keep others from coming', async () => {
    const world = anAgentWorld();
    start(world);
    const ship = { apiVersion: 'sea.test/v1', kind: 'Ship', metadata: { name: 'one', namespace: 'default' } };
    await define(world, 1, shop(ship, configMap('a')));
    expect(exists(world, 'a')).toBe(true);
    expect(reported(world)?.[0]).toMatchObject({ state: 'Installing' });
    await define(world, 2, shop(shipDefinition, ship, configMap('a')));
    expect(world.cluster.ask('GET', '/apis/sea.test/v1/namespaces/default/ships/one').status).toBe(200);
    expect(reported(world)?.[0]).toMatchObject({ state: 'Ready' });
  });

  test('what people change is put right', async () => {
    const world = anAgentWorld();
    start(world);
    await define(world, 1, shop(configMap('a', { colour: 'blue' })));
    const path = '/api/v1/namespaces/default/configmaps/a';
    world.cluster.ask(
      'PATCH',
      path,
      { data: { colour: 'red' } },
      { 'content-type': 'application/merge-patch+json' },
    );
    await world.advance(900_000);
    expect(world.cluster.ask('GET', path).body).toMatchObject({ data: { colour: 'blue' } });
  });
});

const shipDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ships.sea.test' },
  spec: {
    group: 'sea.test',
    scope: 'Namespaced',
    names: { plural: 'ships', kind: 'Ship' },
    versions: [{ name: 'v1', served: true, storage: true }],
  },
};

describe('charts', () => {
  const chart = (more: object = {}): DefinedPack => ({
    name: 'prometheus',
    version: '1.0.0',
    kind: 'chart',
    repository: 'https://charts.test/stable',
    chart: 'prometheus',
    chartVersion: '27.1.0',
    namespace: 'monitoring',
    release: 'prometheus',
    values: { password: 'secret' },
    ...more,
  });
  const UPGRADE = [
    ...['upgrade', 'prometheus', 'prometheus', '--repo', 'https://charts.test/stable', '--install'],
    ...['--namespace', 'monitoring', '--create-namespace', '--version', '27.1.0'],
    ...['--rollback-on-failure', '--wait=watcher', '--timeout', '10m', '--history-max', '5'],
  ];
  /** A helm whose releases have that status. */
  const helmOf = (world: AgentWorld, status: () => string | undefined, exitCode = 0) =>
    world.start({
      helm: async (call) => {
        world.helmCalls.push(call);
        if (call.args[0] !== 'status')
          return { exitCode, stdout: '', stderr: exitCode === 0 ? '' : 'W: x\nError: no' };
        const is = status();
        const stdout = JSON.stringify({ info: { status: is } });
        return is === undefined
          ? { exitCode: 1, stdout: '', stderr: 'Error: release: not found' }
          : { exitCode: 0, stdout, stderr: '' };
      },
    });
  const verbs = (world: AgentWorld) => world.helmCalls.map(({ args }) => args[0]);

  test('are installed once, with their values apart from the command line', async () => {
    const world = anAgentWorld();
    let status: string | undefined;
    kept(helmOf(world, () => status));
    world.server.definition = anAgentDefinition({ packs: [chart()] });
    await world.advance(30_000);
    status = 'deployed';
    await world.advance(1_800_000);
    const upgrades = world.helmCalls.filter(({ args }) => args[0] === 'upgrade');
    expect(upgrades.map(({ args, values }) => ({ args, values }))).toEqual([
      { args: UPGRADE, values: '{"password":"secret"}' },
    ]);
    expect(reported(world)).toEqual([{ name: 'prometheus', version: '1.0.0', state: 'Ready' }]);
  });

  test('of an OCI registry are one reference', async () => {
    const world = anAgentWorld();
    kept(helmOf(world, () => 'deployed'));
    await define(world, 1, chart({ repository: 'oci://registry.test/charts/' }));
    expect(world.helmCalls.find(({ args }) => args[0] === 'upgrade')?.args.slice(0, 3)).toEqual([
      'upgrade',
      'prometheus',
      'oci://registry.test/charts/prometheus',
    ]);
  });

  test('are upgraded when version or values change, and when somebody took them away', async () => {
    const world = anAgentWorld();
    let status: string | undefined = 'deployed';
    kept(helmOf(world, () => status));
    await define(world, 1, chart());
    await define(world, 2, chart({ values: { password: 'other' } }));
    expect(verbs(world).filter((verb) => verb === 'upgrade')).toHaveLength(2);
    status = undefined;
    await world.advance(900_000);
    expect(verbs(world).filter((verb) => verb === 'upgrade')).toHaveLength(3);
  });

  test('that fail say why and are tried again', async () => {
    const world = anAgentWorld();
    kept(helmOf(world, () => undefined, 1));
    await define(world, 1, chart());
    expect(reported(world)).toEqual([
      { name: 'prometheus', version: '1.0.0', state: 'Failed', message: 'Error: no' },
    ]);
    expect(verbs(world).filter((verb) => verb === 'upgrade').length).toBeGreaterThan(1);
    expect(world.server.beats.at(-1)?.observedGeneration).toBeUndefined();
  });

  test.each([
    ['pending-install', 'uninstall'],
    ['pending-upgrade', 'rollback'],
    ['pending-rollback', 'rollback'],
  ])('left %s by a restart are put back first: %s', async (status, verb) => {
    const world = anAgentWorld();
    kept(helmOf(world, () => status));
    world.server.definition = anAgentDefinition({ packs: [chart()] });
    await world.advance(5_000);
    expect(verbs(world).slice(0, 3)).toEqual(['status', verb, 'upgrade']);
  });

  test('that left the definition are said and then uninstalled', async () => {
    const world = anAgentWorld();
    kept(helmOf(world, () => 'deployed'));
    await define(world, 1, chart());
    world.server.definition = anAgentDefinition({ generation: 2, revision: '2.0' });
    await world.advance(125_000);
    expect(verbs(world)).not.toContain('uninstall');
    expect(reported(world)).toEqual([
      {
        name: 'prometheus',
        version: '-',
        state: 'Removing',
        message: 'Will uninstall monitoring/prometheus.',
      },
    ]);
    await world.advance(300_000);
    expect(verbs(world).filter((verb) => verb === 'uninstall')).toHaveLength(1);
    expect(reported(world)).toEqual([]);
  });

  test('[A82] a service of a chart is told from those of others', async () => {
    const world = anAgentWorld();
    kept(helmOf(world, () => 'deployed'));
    await define(world, 1, chart());
    const service = (name: string, annotations: JsonObject) => {
      const metadata = { name, annotations };
      const body = { metadata, spec: { type: 'NodePort', ports: [{ port: 80 }] } };
      world.cluster.ask('POST', '/api/v1/namespaces/default/services', body);
    };
    service('graphs', {
      'meta.helm.sh/release-name': 'prometheus',
      'meta.helm.sh/release-namespace': 'monitoring',
    });
    service('own', { 'meta.helm.sh/release-name': 'prometheus' });
    await world.advance(70_000);
    const services = world.server.beats.findLast((beat) => beat.services !== undefined)?.services;
    expect(services?.map(({ name, pack }) => [name, pack])).toEqual([
      ['graphs', 'prometheus'],
      ['own', undefined],
    ]);
  });
});

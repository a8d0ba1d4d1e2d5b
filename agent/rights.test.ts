/**
 * The agent with exactly the rights that its manifests give it, doing everything that it can do: nothing may be refused,
 * and no right may be left over that nobody used. The simulated API server judges as a real one does.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { agentObjects } from '../lib/agents/manifests/objects.ts';
import type { DefinedOperation, DefinedPack, OperationSpec } from '../lib/domain/agent.ts';
import type { JsonObject } from '../lib/domain/cluster.ts';
import type { Attributes } from '../local/kube/access/attributes.ts';
import { allows, type Rule, rulesIn } from '../local/kube/access/rules.ts';
import { ApiObject } from '../local/kube/object.ts';
import { groupVersion, type KubeResource, resource } from '../local/kube/resources.ts';
import { anAgentDefinition } from '../test/builders/agent-definition.ts';
import { admin, collection, install, type Watched } from '../test/builders/agent-rights.ts';
import { type AgentWorld, stopsAgents } from '../test/builders/agent-world.ts';
import { aBudget, aDeployment } from '../test/builders/simulated-cluster.ts';
import type { Helm, HttpMethod } from './ports.ts';

const ORDER = { url: 'https://slipway.test', image: 'slipway/agent:1', cluster: 'uid' };
const ALONE = agentObjects(ORDER);
/** As an add-on says which roles it gives its programs: by name. */
const GIVES = [
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'clusterroles'],
    resourceNames: ['role', 'clusterrole', 'helm-role', 'helm-clusterrole', 'cluster-admin'],
    verbs: ['escalate', 'bind'],
  },
];
const WITH_PACKS = agentObjects({ ...ORDER, packs: GIVES });
const RBAC = 'rbac.authorization.k8s.io/v1';
const VELERO = ['backups', 'restores', 'backupstoragelocations'];

const kept = stopsAgents();

const rulesOf = (name: string): readonly Rule[] =>
  WITH_PACKS.map((object) => ApiObject.parse(JSON.parse(JSON.stringify(object))))
    .filter(({ kind, metadata }) => kind.endsWith('Role') && metadata.name === name)
    .flatMap(rulesIn);

/** Every verb on every resource of a rule by itself. */
const atoms = (rule: Rule): readonly Rule[] =>
  rule.verbs.flatMap((verb) =>
    rule.apiGroups.flatMap((group) =>
      rule.resources.map((plural) => ({ ...rule, verbs: [verb], apiGroups: [group], resources: [plural] })),
    ),
  );

const sayAtom = ({ verbs, apiGroups, resources }: Rule): string => `${verbs} ${resources} of "${apiGroups}"`;

/** Nobody asks with these verbs: API servers look for them when roles and bindings are written. */
const LOOKED_FOR = new Set(['escalate', 'bind']);

const unused = (rules: readonly Rule[], asked: readonly Attributes[]): readonly string[] =>
  rules
    .flatMap(atoms)
    .filter(({ verbs: [verb = ''] }) => !LOOKED_FOR.has(verb))
    .filter((atom) => !asked.some((one) => allows(atom, one)))
    .map(sayAtom);

function start({ world, http }: Watched, helm?: Helm): void {
  kept(world.start({ kube: http, ...(helm === undefined ? {} : { helm }) }));
}

/** Velero's kinds and a place for backups; a service; workloads with a budget that holds for a while. */
function furnish(world: AgentWorld): void {
  const definitions = VELERO.map((plural) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.velero.io` },
    spec: {
      group: 'velero.io',
      scope: 'Namespaced',
      names: { plural, kind: { backups: 'Backup', restores: 'Restore' }[plural] ?? 'BackupStorageLocation' },
      versions: [{ name: 'v1', served: true, storage: true }],
    },
  }));
  for (const definition of definitions) admin(world, definition);
  admin(world, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'velero' } });
  const velero = '/apis/velero.io/v1/namespaces/velero';
  world.cluster.ask('POST', `${velero}/backupstoragelocations`, { metadata: { name: 'default' }, spec: {} });
  world.cluster.ask('POST', `${velero}/backups`, { metadata: { name: 'nightly' }, spec: {} });
  world.cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 1));
  world.cluster.ask(
    'POST',
    '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
    aBudget('web', 'web', { minAvailable: 1 }),
  );
}

describe('watching and operating', () => {
  let seen: Watched;
  const operation = (id: string, spec: OperationSpec): DefinedOperation => ({ id, spec, cancelled: false });
  // What a pack brings needs the packs' rights; that there is one does not.
  const pack: DefinedPack = { name: 'empty', version: '1', kind: 'manifests', objects: [] };
  const first = [
    operation('scan-1', { kind: 'scan', scan: 'kubeBench' }),
    operation('scan-2', { kind: 'scan', scan: 'kubeHunter' }),
    operation('scan-3', { kind: 'scan', scan: 'sonobuoy' }),
    operation('scan-4', { kind: 'scan', scan: 'sbom' }),
    operation('backup-1', { kind: 'backup', retentionHours: 1, includeDisks: true }),
    operation('restore-1', { kind: 'restore', backup: 'nightly' }),
  ];
  const then = [operation('patch-1', { kind: 'patch', rebootIfRequired: true })];

  beforeAll(async () => {
    seen = install(ALONE);
    furnish(seen.world);
    start(seen);
    seen.world.server.definition = anAgentDefinition({ packs: [pack], operations: first });
    await seen.world.advance(240_000);
    seen.world.server.definition = anAgentDefinition({ generation: 2, revision: '2.0', operations: then });
    await seen.world.advance(300_000);
  });

  test('nothing is refused', () => {
    expect(seen.refused).toEqual([]);
    const told = new Set(seen.world.server.results.map((result) => result.operation));
    expect([...told].sort()).toEqual([...first, ...then].map(({ id }) => id).sort());
  });

  test('nothing is left over', () => {
    expect(unused(rulesOf('slipway-agent'), seen.asked)).toEqual([]);
  });

  test('scans that look around get one of two roles that exist, and no other', async () => {
    const [bind] = rulesOf('slipway-agent').filter(({ verbs }) => verbs.includes('bind'));
    const names = WITH_PACKS.map(({ metadata }) => metadata.name);
    expect(bind?.resourceNames.filter((name) => name !== 'cluster-admin' && !names.includes(name))).toEqual(
      [],
    );
    const without = install(ALONE, (object) => withoutVerb(object, 'bind'));
    start(without);
    without.world.server.definition = anAgentDefinition({ operations: first.slice(2, 4) });
    await without.world.advance(70_000);
    expect(without.refused).toHaveLength(2);
  });
});

function withoutVerb(object: JsonObject, verb: string): JsonObject {
  const { rules } = object;
  if (!Array.isArray(rules)) return object;
  const kept = rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((one: string) => one !== verb) }));
  return { ...object, rules: kept.filter((rule) => rule.verbs.length > 0) };
}

describe('packs', () => {
  const namespaced = (kind: KubeResource) => (kind.namespaced ? { namespace: 'default' } : {});
  const EXTRA: Readonly<Record<string, JsonObject>> = {
    Role: { rules: [{ apiGroups: ['sea.test'], resources: ['ships'], verbs: ['sail'] }] },
    ClusterRole: { rules: [{ apiGroups: ['sea.test'], resources: ['ships'], verbs: ['sail'] }] },
    RoleBinding: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role' },
      subjects: [],
    },
    ClusterRoleBinding: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [],
    },
  };

  /** One object of every kind that the role names, but those that only controllers make. */
  const kinds = [
    ...new Set(
      rulesOf('slipway-agent-packs')
        .filter(({ verbs }) => verbs.includes('create'))
        .flatMap(({ resources }) => resources),
    ),
  ].map((plural) => resource(plural));
  const objects = kinds.map(
    (of): JsonObject => ({
      apiVersion: groupVersion(of),
      kind: of.kind,
      metadata: { name: of.kind.toLowerCase(), ...namespaced(of) },
      ...(EXTRA[of.kind] ?? {}),
    }),
  );

  const pack: DefinedPack = { name: 'everything', version: '1', kind: 'manifests', objects };
  const chart: DefinedPack = {
    name: 'chart',
    version: '1',
    kind: 'chart',
    repository: 'https://charts.test',
    chart: 'everything',
    chartVersion: '1.0.0',
    namespace: 'default',
    release: 'everything',
    values: {},
  };

  /** What helm asks the API server for, with the agent's own service account: to install, to watch, to remove. */
  const helmOf =
    ({ http }: Watched): Helm =>
    async ({ args: [command], signal }) => {
      const ask = (method: HttpMethod, url: string, body?: JsonObject, type = 'application/json') =>
        http({
          method,
          url,
          headers: { 'content-type': type },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal,
        });
      const releases = '/api/v1/namespaces/default/secrets';
      const release = { metadata: { name: 'sh.helm.release.v1.everything.v1' } };
      if (command === 'upgrade') {
        await ask('POST', releases, release);
        await ask('PUT', `${releases}/${release.metadata.name}`, release);
        for (const url of [
          '/api/v1/namespaces/default/pods',
          '/apis/apps/v1/namespaces/default/replicasets',
        ]) {
          await ask('GET', url);
          await ask('GET', `${url}?watch=true`);
          await ask('GET', `${url}/one`);
        }
      }
      for (const [index, of] of kinds.entries()) {
        const name = `helm-${of.kind.toLowerCase()}`;
        const [all, one] = [collection(of), `${collection(of)}/${name}`];
        if (command === 'uninstall') await ask('DELETE', one);
        if (command !== 'upgrade') continue;
        const object = { ...objects[index], metadata: { name, ...namespaced(of) } };
        await ask('GET', one);
        // Server-side, whether it is there or not: helm 4 creates nothing with a POST.
        await ask('PATCH', `${one}?fieldManager=helm`, object, 'application/apply-patch+yaml');
        await ask('GET', all);
        await ask('GET', `${all}?watch=true`);
      }
      return { exitCode: 0, stdout: JSON.stringify({ info: { status: 'deployed' } }), stderr: '' };
    };

  test('of every kind are installed and removed: nothing is refused, nothing is left over', async () => {
    const seen = install(WITH_PACKS);
    start(seen, helmOf(seen));
    seen.world.server.definition = anAgentDefinition({ packs: [pack, chart] });
    await seen.world.advance(120_000);
    seen.world.server.definition = anAgentDefinition({ generation: 2, revision: '2.0' });
    await seen.world.advance(900_000);
    expect(seen.refused).toEqual([]);
    expect(unused(rulesOf('slipway-agent-packs'), seen.asked)).toEqual([]);
  });

  test.each(['escalate', 'bind'])('without %s they could bring no roles', async (verb) => {
    const seen = install(WITH_PACKS, (object) => withoutVerb(object, verb));
    start(seen, helmOf(seen));
    seen.world.server.definition = anAgentDefinition({ packs: [pack] });
    await seen.world.advance(120_000);
    expect(seen.refused).toContainEqual(expect.stringContaining(RBAC));
  });

  test('a cluster without any has no right to them', async () => {
    const names = ALONE.map(({ metadata }) => metadata.name);
    expect(names).not.toContain('slipway-agent-packs');
  });
});

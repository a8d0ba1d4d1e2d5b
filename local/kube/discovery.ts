/** Discovery: which groups and resources there are, and the version. Clients ask before they do anything. */
import type { Cluster } from './cluster.ts';
import { servedResources } from './custom-resources.ts';
import { isMeasured, METRICS } from './metrics/metrics-server.ts';
import { groupVersion, type KubeResource } from './resources.ts';

const READ_VERBS = ['get', 'list'];
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update'];

/** `undefined`: not a discovery path. */
export function discover(path: string, cluster: Cluster): object | string | undefined {
  switch (path) {
    case '/version':
      return versionInfo(cluster.version);
    case '/healthz':
    case '/livez':
    case '/readyz':
      return 'ok';
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(shown(cluster)) };
    default:
      return resourceList(path, shown(cluster));
  }
}

const shown = (cluster: Cluster): readonly KubeResource[] =>
  isMeasured(cluster) ? [...servedResources(cluster), ...METRICS] : servedResources(cluster);

function versionInfo(gitVersion: string): object {
  const [major = '', minor = ''] = gitVersion.replace(/^v/, '').split('.');
  return {
    major,
    minor,
    gitVersion,
    gitTreeState: 'clean',
    goVersion: 'go1.24.4',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

const groups = (all: readonly KubeResource[]): readonly object[] =>
  [...new Set(all.map((r) => r.group))].filter((name) => name !== '').map((name) => group(all, name));

function group(all: readonly KubeResource[], name: string): object {
  const versions = [...new Set(all.filter((r) => r.group === name).map(groupVersion))].map((full) => ({
    groupVersion: full,
    version: full.split('/')[1],
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(path: string, all: readonly KubeResource[]): object | undefined {
  const served = all.filter(
    (r) => path === (r.group === '' ? `/api/${r.version}` : `/apis/${groupVersion(r)}`),
  );
  const [first] = served;
  if (first === undefined) return undefined;
  const resources = served.flatMap((resource) =>
    resource.plural === 'pods' && resource.group === ''
      ? [entry(resource), EVICTION, LOG]
      : [entry(resource)],
  );
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion(first), resources };
}

const entry = ({ group: of, plural, kind, namespaced, shortNames }: KubeResource): object => ({
  name: plural,
  singularName: kind.toLowerCase(),
  kind,
  namespaced,
  shortNames,
  verbs: METRICS.some((measured) => measured.group === of) ? READ_VERBS : VERBS,
});

const LOG = { name: 'pods/log', singularName: '', kind: 'Pod', namespaced: true, verbs: ['get'] };

const EVICTION = {
  name: 'pods/eviction',
  singularName: '',
  kind: 'Eviction',
  group: 'policy',
  version: 'v1',
  namespaced: true,
  verbs: ['create'],
};

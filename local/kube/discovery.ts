/** Discovery: which groups and resources there are, and the version. Clients ask before they do anything. */
import { groupVersion, type KubeResource, RESOURCES } from './resources.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update'];

/** `undefined`: not a discovery path. */
export function discover(path: string, version: string): object | string | undefined {
  switch (path) {
    case '/version':
      return versionInfo(version);
    case '/healthz':
    case '/livez':
    case '/readyz':
      return 'ok';
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(group) };
    default:
      return resourceList(path);
  }
}

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

const groups = (): readonly string[] =>
  [...new Set(RESOURCES.map((r) => r.group))].filter((name) => name !== '');

function group(name: string): object {
  const versions = [...new Set(RESOURCES.filter((r) => r.group === name).map(groupVersion))].map((full) => ({
    groupVersion: full,
    version: full.split('/')[1],
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(path: string): object | undefined {
  const served = RESOURCES.filter(
    (r) => path === (r.group === '' ? `/api/${r.version}` : `/apis/${groupVersion(r)}`),
  );
  const [first] = served;
  if (first === undefined) return undefined;
  const resources = served.flatMap((resource) =>
    resource.plural === 'pods' ? [entry(resource), EVICTION] : [entry(resource)],
  );
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion(first), resources };
}

const entry = ({ plural, kind, namespaced, shortNames }: KubeResource): object => ({
  name: plural,
  singularName: kind.toLowerCase(),
  kind,
  namespaced,
  shortNames,
  verbs: VERBS,
});

const EVICTION = {
  name: 'pods/eviction',
  singularName: '',
  kind: 'Eviction',
  group: 'policy',
  version: 'v1',
  namespaced: true,
  verbs: ['create'],
};

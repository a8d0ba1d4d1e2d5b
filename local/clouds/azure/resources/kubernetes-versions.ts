/** Kubernetes versions: which there are, which a cluster may go to, and the endpoints that list them. */
import { KUBERNETES } from '../catalogue.ts';
import { badRequest, conflict } from '../errors.ts';
import type { Cluster, Pool } from '../state.ts';
import { type ArmReply, type ArmRequest, reply, type World } from '../world.ts';

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');
const numbers = (version: string): number[] => version.split('.').map(Number);

/** Negative: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const latestOf = (minor: string): string | undefined =>
  KUBERNETES.find(({ version }) => version === minor)?.patches.at(-1);

const isOffered = (version: string): boolean => KUBERNETES.some(({ patches }) => patches.includes(version));

/** What `1.34`, `1.34.3` or nothing at all means for a new cluster. Throws when AKS does not offer it. */
export function resolveVersion(asked: string | undefined, name: string): string {
  const wanted = asked ?? KUBERNETES.find(({ isDefault }) => isDefault)?.version ?? '';
  const version = latestOf(wanted) ?? wanted;
  if (isOffered(version)) return version;
  throw badRequest(
    'K8sVersionNotSupported',
    `Managed cluster ${name} is on version ${wanted} which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region. For more information, please check https://aka.ms/supported-version-list`,
    { bare: true },
  );
}

/** An alias such as `1.34` keeps the patch of a cluster that is on that minor already. */
export function resolveUpgrade(asked: string | undefined, current: string, name: string): string {
  if (asked === undefined || asked === current || asked === minorOf(current)) return current;
  const target = resolveVersion(asked, name);
  if (upgradesFrom(current).includes(target)) return target;
  throw conflict(
    'OperationNotAllowed',
    `Upgrading Kubernetes version ${current} to ${target} is not allowed. Available upgrades: [${upgradesFrom(current).join(' ')}]. Please see https://aka.ms/aks-supported-k8s-ver for version details.`,
    { bare: true },
  );
}

/** Newer patches of the same minor and all of the next one: minors cannot be skipped. */
export function upgradesFrom(version: string): string[] {
  const [major = 0, minor = 0] = numbers(version);
  const reachable = [`${major}.${minor}`, `${major}.${minor + 1}`];
  return KUBERNETES.filter((known) => reachable.includes(known.version))
    .flatMap(({ patches }) => patches)
    .filter((patch) => compareVersions(patch, version) > 0);
}

/** Nodes may be up to three minors behind the control plane, never ahead (Kubernetes' version skew policy). */
export function checkSkew(poolVersion: string, clusterVersion: string): void {
  const behind = (numbers(clusterVersion)[1] ?? 0) - (numbers(poolVersion)[1] ?? 0);
  if (compareVersions(poolVersion, clusterVersion) <= 0 && behind <= 3) return;
  throw badRequest(
    'NodePoolMcVersionIncompatible',
    `Node pool version ${poolVersion} and control plane version ${clusterVersion} are incompatible. For more information, please check https://aka.ms/version-skew-policy.`,
    { bare: true },
  );
}

const isPreview = (version: string): boolean =>
  KUBERNETES.find(({ patches }) => patches.includes(version))?.isPreview ?? false;

/** GET .../locations/{location}/kubernetesVersions */
export function listVersions(): ArmReply {
  const values = KUBERNETES.map(({ version, patches, isDefault, isPreview: preview }) => ({
    version,
    ...(isDefault ? { isDefault: true } : {}),
    ...(preview ? { isPreview: true } : {}),
    capabilities: { supportPlan: ['KubernetesOfficial'] },
    patchVersions: Object.fromEntries(patches.map((patch) => [patch, { upgrades: upgradesFrom(patch) }])),
  }));
  return reply(200, { values });
}

const upgradeList = (version: string) =>
  upgradesFrom(version).map((kubernetesVersion) => ({
    kubernetesVersion,
    ...(isPreview(kubernetesVersion) ? { isPreview: true } : {}),
  }));

/** GET .../managedClusters/{cluster}/upgradeProfiles/default */
export function clusterUpgrades(cluster: Cluster, pools: readonly Pool[]): ArmReply {
  return reply(200, {
    id: `${cluster.id}/upgradeprofiles/default`,
    name: 'default',
    type: 'Microsoft.ContainerService/managedClusters/upgradeprofiles',
    properties: {
      controlPlaneProfile: {
        kubernetesVersion: cluster.currentVersion,
        osType: 'Linux',
        upgrades: upgradeList(cluster.currentVersion),
      },
      agentPoolProfiles: pools.map((pool) => ({
        name: pool.name,
        kubernetesVersion: pool.currentVersion,
        osType: 'Linux',
        upgrades: upgradeList(pool.currentVersion),
      })),
    },
  });
}

/** GET .../agentPools/{pool}/upgradeProfiles/default */
export function poolUpgrades(pool: Pool): ArmReply {
  return reply(200, {
    id: `${pool.id}/upgradeprofiles/default`,
    name: 'default',
    type: 'Microsoft.ContainerService/managedClusters/agentPools/upgradeProfiles',
    properties: {
      kubernetesVersion: pool.currentVersion,
      osType: 'Linux',
      upgrades: upgradeList(pool.currentVersion),
    },
  });
}

/** GET .../managedClusters/{cluster}/availableAgentPoolVersions */
export function poolVersions(_world: World, _request: ArmRequest, cluster: Cluster): ArmReply {
  const agentPoolVersions = KUBERNETES.flatMap(({ patches, isDefault, isPreview: preview }) =>
    patches.map((kubernetesVersion) => ({ default: isDefault, isPreview: preview, kubernetesVersion })),
  ).filter(({ kubernetesVersion }) => compareVersions(kubernetesVersion, cluster.currentVersion) <= 0);
  return reply(200, {
    id: `${cluster.id}/availableagentpoolversions`,
    name: 'default',
    type: 'Microsoft.ContainerService/managedClusters/availableAgentpoolVersions',
    properties: { agentPoolVersions },
  });
}

/** Kubeconfigs: static administrator credentials, and user credentials that sign in through Entra ID. */
import { ArmError, badRequest } from '../errors.ts';
import { keyOf } from '../ids.ts';
import type { Cluster } from '../state.ts';
import { type ArmReply, type ArmRequest, reply, type World } from '../world.ts';
import { findCluster } from './aks-operations.ts';
import { fqdnOf } from './cluster-record.ts';

/** What a client of the cluster's Kubernetes API needs; the simulated Kubernetes accepts exactly this token. */
export interface KubernetesAccess {
  readonly uid: string;
  readonly url: string;
  readonly adminToken: string;
}

export function accessTo(world: World, cluster: Cluster): KubernetesAccess {
  const fqdn = fqdnOf(world, cluster);
  return {
    uid: cluster.uid,
    url: world.settings.kubernetesUrl({ uid: cluster.uid, fqdn }),
    adminToken: world.chance.hex(`kubeconfig/${cluster.uid}`, 64),
  };
}

/** POST .../listClusterAdminCredential */
export function adminCredential(world: World, request: ArmRequest): ArmReply {
  const cluster = servedCluster(world, request);
  if (cluster.properties.disableLocalAccounts === true)
    throw badRequest(
      'BadRequest',
      'Getting static credential is not allowed because this cluster is set to disable local accounts.',
      { bare: true },
    );
  return credential('clusterAdmin', adminConfig(world, cluster));
}

/** POST .../listClusterUserCredential: without Entra integration the user is the administrator. */
export function userCredential(world: World, request: ArmRequest): ArmReply {
  const cluster = servedCluster(world, request);
  const config = cluster.properties.aadProfile ? entraConfig(world, cluster) : adminConfig(world, cluster);
  return credential('clusterUser', config);
}

function servedCluster(world: World, request: ArmRequest): Cluster {
  const cluster = findCluster(world, request);
  if (request.now >= cluster.upAt) return cluster;
  throw new ArmError(
    404,
    'NotFound',
    `The control plane of the cluster '${cluster.name}' is not there yet.`,
    {
      bare: true,
    },
  );
}

const credential = (name: string, config: unknown): ArmReply =>
  // JSON is YAML: clients parse kubeconfigs as YAML.
  reply(200, { kubeconfigs: [{ name, value: Buffer.from(JSON.stringify(config)).toString('base64') }] });

const tenantOf = (world: World, { subscription }: Cluster): string =>
  world.state.subscriptions.get(keyOf(subscription))?.tenantId ?? '';

const adminConfig = (world: World, cluster: Cluster) =>
  configOf(world, cluster, `clusterAdmin_${cluster.group}_${cluster.name}`, {
    token: accessTo(world, cluster).adminToken,
  });

function entraConfig(world: World, cluster: Cluster) {
  return configOf(world, cluster, `clusterUser_${cluster.group}_${cluster.name}`, {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'kubelogin',
      args: [
        'get-token',
        '--environment',
        'AzurePublicCloud',
        '--server-id',
        '6dae42f8-4368-4678-94ff-3960e28e3630',
        '--client-id',
        '80faf920-1908-4b52-b5ef-a8e7bedfc67a',
        '--tenant-id',
        cluster.properties.aadProfile?.tenantID ?? tenantOf(world, cluster),
        '--login',
        'devicecode',
      ],
      provideClusterInfo: false,
    },
  });
}

function configOf(world: World, cluster: Cluster, user: string, credentials: unknown) {
  const server = accessTo(world, cluster).url;
  const authority = world.settings.kubernetesAuthority?.();
  const checks = authority && {
    'certificate-authority-data': Buffer.from(authority.certificateAuthority).toString('base64'),
    'tls-server-name': authority.serverName,
  };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster.name,
    clusters: [{ name: cluster.name, cluster: { server, ...checks } }],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user } }],
    users: [{ name: user, user: credentials }],
    preferences: {},
  };
}

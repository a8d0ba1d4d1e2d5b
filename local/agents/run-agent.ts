/**
 * One agent as its pod starts it: settings of its environment, files of its mounts, its service account towards the API
 * server over TLS, plain HTTP to the control plane on this machine.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { createAgent } from '../../agent/agent.ts';
import { systemChance, systemIds, systemTime } from '../../agent/ambient.ts';
import { kubeConfigHttp } from '../../agent/kube/kube-config.ts';
import { httpThrough } from '../../agent/server/outbound.ts';
import { readSettings } from '../../agent/settings.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import type { ClusterAccess } from '../kube/port.ts';
import type { RunningPod } from '../kube/running-pods.ts';
import type { RunAgent } from './agents.ts';
import { simulatedHelm } from './helm.ts';

export interface AgentSurroundings {
  /** With the token of the service account; `undefined`: the cluster or the account is gone. */
  access(clusterId: string, serviceAccount: string): ClusterAccess | undefined;
  log(clusterId: string): Logger;
}

/** A proxy of the environment has no way to this machine: it is not asked, unlike by agents elsewhere. */
const controlPlane = httpThrough();

export function agentRunner({ access, log }: AgentSurroundings): RunAgent {
  return async (clusterId, pod, signal) => {
    const settings = readSettings(pod.environment);
    const found = access(clusterId, pod.serviceAccount);
    if (found === undefined) throw new Error(`No API server for the agent of ${clusterId}`);
    const kube = kubeConfigHttp(kubeConfigOf(found));
    await createAgent({
      server: { url: settings.SLIPWAY_URL, cluster: settings.SLIPWAY_CLUSTER },
      http: controlPlane,
      kube,
      time: systemTime,
      chance: systemChance,
      ids: systemIds,
      files: { read: async (path) => readFile(pod, path) },
      helm: simulatedHelm(kube, systemTime),
      log: log(settings.SLIPWAY_CLUSTER),
      ...(settings.SLIPWAY_NAMESPACE === undefined ? {} : { namespace: settings.SLIPWAY_NAMESPACE }),
    }).run(signal);
  };
}

const readFile = (pod: RunningPod, path: string): string | undefined => pod.read(path);

function kubeConfigOf({ server, certificateAuthority, serverName, token }: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'here',
        server,
        skipTLSVerify: false,
        ...(certificateAuthority === undefined
          ? {}
          : { caData: Buffer.from(certificateAuthority).toString('base64') }),
        ...(serverName === undefined ? {} : { tlsServerName: serverName }),
      },
    ],
    users: [{ name: 'agent', token }],
    contexts: [{ name: 'here', cluster: 'here', user: 'agent' }],
    currentContext: 'here',
  });
  return config;
}

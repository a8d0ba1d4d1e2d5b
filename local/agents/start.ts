/** Agents for all simulated clusters, looked after for as long as local mode runs. */
import { AGENT_NAME, AGENT_NAMESPACE } from '../../agent/ports.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import type { SimulatedClouds } from '../clouds/start.ts';
import type { LogEntry, WriteLog } from '../functions-host/index.ts';
import type { ClusterAccess } from '../kube/port.ts';
import { type AgentHabitat, localAgents } from './agents.ts';
import { agentRunner } from './run-agent.ts';

/** How soon an agent starts and ends, wall milliseconds: kubelets need a few seconds as well. */
const LOOK_EVERY_MS = 2_000;

type Clouds = Pick<SimulatedClouds, 'azure' | 'machines' | 'clusters' | 'kubeGateway'>;

export function startLocalAgents(clouds: Clouds, write: WriteLog): { stop(): Promise<void> } {
  const agents = localAgents({
    habitat: habitatOf(clouds),
    run: agentRunner({
      access: (clusterId, serviceAccount) => access(clouds, clusterId, serviceAccount),
      log: (clusterId) => logger(write, clusterId),
    }),
    now: () => performance.now(),
    crashed: (clusterId, error) => logger(write, clusterId).error('The agent ended', { error }),
  });
  const timer = setInterval(() => agents.look(), LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return agents.stop();
    },
  };
}

function habitatOf({ azure, machines, clusters }: Clouds): AgentHabitat {
  return {
    clusterIds: () => [...azure.clusters().map(({ uid }) => uid), ...machines.clusterIds()],
    agentPods: (clusterId) => clusters.runningPods(clusterId, AGENT_NAMESPACE, AGENT_NAME),
    isStopped: (clusterId) =>
      clusters.faults.list(clusterId).some(({ fault }) => fault.kind === 'agent-stopped'),
  };
}

/** Clusters on machines of their own are reached through their load balancers, by the name in their certificate. */
function access(
  { machines, clusters, kubeGateway }: Clouds,
  clusterId: string,
  serviceAccount: string,
): ClusterAccess | undefined {
  const token = clusters.serviceAccountToken(clusterId, AGENT_NAMESPACE, serviceAccount);
  if (token === undefined) return undefined;
  const own = machines.source.selfManaged?.(clusterId);
  if (own === undefined) return { ...clusters.access(clusterId), token };
  const [serverName = ''] = own.endpoint.split(':');
  return {
    server: `https://${kubeGateway}`,
    certificateAuthority: own.certificateAuthority,
    serverName,
    token,
  };
}

/** Under the cluster's name, among what the functions say. */
function logger(write: WriteLog, clusterId: string): Logger {
  const at =
    (level: LogEntry['level']) =>
    (message: string, keys: Record<string, unknown> = {}) =>
      write({
        level,
        category: 'user',
        functionName: `agent of ${clusterId}`,
        message: `${message} ${said(keys)}`.trim(),
      });
  return { debug: at('debug'), info: at('information'), warn: at('warning'), error: at('error') };
}

const said = (keys: Record<string, unknown>): string =>
  Object.entries(keys)
    .map(([key, value]) => `${key}=${value instanceof Error ? value.message : JSON.stringify(value)}`)
    .join(' ');

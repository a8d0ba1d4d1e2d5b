/** An agent in a simulated cluster, with a control plane that is a fake, in one process and in time that a test moves. */
import { afterEach } from '@jest/globals';
import { type Agent, createAgent } from '../../agent/agent.ts';
import type { AgentOptions, Helm, HelmCall, Http, HttpRequest } from '../../agent/ports.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { textOf } from '../../local/kube/in-process.ts';
import type { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';
import { FakeAgentServer } from '../fakes/fake-agent-server.ts';
import { ManualTime, settled } from '../fakes/manual-time.ts';
import { aSimulatedCluster, CLUSTER, type ClusterUnderTest, START_MS } from './simulated-cluster.ts';

export const CLUSTER_UID = '6f1b0f9e-5a46-4c3e-9a53-0a0c3b1f7d10';
export const TOKEN = 'abc123.0123456789abcdef0123456789abcdef';

export interface AgentWorld {
  readonly cluster: ClusterUnderTest;
  readonly server: FakeAgentServer;
  readonly time: ManualTime;
  /** What lies where the bootstrap token is mounted. */
  readonly files: Map<string, string>;
  readonly log: Entry[];
  readonly helmCalls: HelmCall[];
  /** Requests to the API server, as `GET /api/v1/nodes`. */
  readonly asked: string[];
  /** Starts another agent, as a kubelet would after the last one ended. */
  start(more?: Partial<AgentOptions>): Started;
  advance(ms: number): Promise<void>;
}

export interface Started {
  readonly agent: Agent;
  stop(): Promise<void>;
}

export interface Entry {
  readonly level: string;
  readonly message: string;
  readonly keys: Readonly<Record<string, unknown>>;
}

export function anAgentWorld(nodes: readonly string[] = ['node-1', 'node-2']): AgentWorld {
  const cluster = aSimulatedCluster(nodes);
  const time = new ManualTime(START_MS + 60_000, (ms) => cluster.advance(ms));
  const server = new FakeAgentServer(CLUSTER_UID, () => time.now());
  server.tokens.add(TOKEN);
  const files = new Map([['/var/run/slipway/bootstrap-token', `${TOKEN}\n`]]);
  const [log, helmCalls, asked]: [Entry[], HelmCall[], string[]] = [[], [], []];
  // The manifests that install the agent make its namespace.
  cluster.ask('POST', '/api/v1/namespaces', { metadata: { name: 'slipway-system' } });
  const helm: Helm = async (call) => {
    helmCalls.push(call);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const kube: Http = (request) => {
    asked.push(`${request.method} ${request.url}`);
    return kubeHttp(cluster.clusters)(request);
  };
  return {
    cluster,
    server,
    time,
    files,
    log,
    helmCalls,
    asked,
    start(more) {
      const ending = new AbortController();
      const agent = createAgent({
        server: { url: 'https://slipway.test', cluster: CLUSTER_UID },
        http: server.http,
        kube,
        time,
        chance: { next: () => 0.5 },
        ids: counted(),
        files: { read: async (path) => files.get(path) },
        helm,
        log: recorder(log),
        ...more,
      });
      const ended = agent.run(ending.signal);
      return {
        agent,
        async stop() {
          ending.abort();
          await ended;
        },
      };
    },
    async advance(ms) {
      await time.advance(ms);
      await settled();
    },
  };
}

/** As whoever has the token; the cluster's admin when absent. */
export function kubeHttp(clusters: SimulatedClusters, token = clusters.tokenFor(CLUSTER)): Http {
  return async ({ method, url, headers, body = '' }: HttpRequest) => {
    const { pathname, searchParams } = new URL(url, 'https://clusters.test');
    const answer = clusters.handle(CLUSTER, {
      method,
      path: pathname,
      query: searchParams,
      headers: { ...headers, authorization: `Bearer ${token}` },
      body,
    });
    if (answer === undefined) throw new Error('connect ECONNREFUSED');
    return { status: answer.status, headers: answer.headers ?? {}, body: textOf(answer) };
  };
}

let started = 0;

/** Differ between agents of one test file, and are the same in every run of it. */
function counted() {
  started += 1;
  const run = started;
  let next = 0;
  return {
    uuid: () => {
      next += 1;
      return `00000000-0000-4000-8000-${String(run).padStart(6, '0')}${String(next).padStart(6, '0')}`;
    },
  };
}

function recorder(log: Entry[]): Logger {
  const at =
    (level: string) =>
    (message: string, keys: Record<string, unknown> = {}) =>
      void log.push({ level, message, keys });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Keeps agents of a file's tests, and stops them after each; called once, at the top. */
export function stopsAgents(): (agent: Started) => Started {
  let running: Started[] = [];
  afterEach(async () => {
    for (const agent of running) await agent.stop();
    running = [];
  });
  return (agent) => {
    running.push(agent);
    return agent;
  };
}

/**
 * The program that lives in each cluster: it says that the cluster lives and how it is, fetches what the cluster should
 * be, and carries it out. It only ever asks; nobody can reach it. All state that matters lies in the cluster, so that
 * it may be killed at any time.
 */
import { beater } from './beat/beat.ts';
import { beatLoop } from './beat/loop.ts';
import { observer } from './collect/observer.ts';
import { identity } from './identity/identity.ts';
import { kubeClient } from './kube/client.ts';
import { AGENT_NAMESPACE, type AgentOptions, BOOTSTRAP_TOKEN_FILE } from './ports.ts';
import { controlPlane } from './server/control-plane.ts';

export interface Agent {
  /** Resolves once the signal is aborted and what was under way has ended. */
  run(signal: AbortSignal): Promise<void>;
}

export function createAgent(options: AgentOptions): Agent {
  return { run: (signal) => run(options, signal) };
}

async function run(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { time, chance, ids, log, files } = options;
  const { namespace = AGENT_NAMESPACE, bootstrapTokenFile = BOOTSTRAP_TOKEN_FILE } = options;
  const kube = kubeClient(options.kube, signal);
  const server = controlPlane({ http: options.http, url: options.server.url, time, signal });
  const who = identity({
    keeping: { kube, namespace, cluster: options.server.cluster },
    server,
    time,
    ids,
    files,
    log,
    bootstrapTokenFile,
  });
  const beat = beater({
    server,
    identity: who,
    observer: observer({ kube, clock: time, log, releases: () => new Map() }),
    clock: time,
    log,
    instance: ids.uuid(),
    carried: () => ({ observedGeneration: undefined, definition: undefined, packs: undefined }),
    answered: () => undefined,
  });
  await beatLoop({ time, chance, log, signal, beat });
}

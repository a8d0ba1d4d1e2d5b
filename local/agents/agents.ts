/**
 * The agents of the simulated clusters: every running pod of the agent's Deployment is one, the same program as in a real
 * cluster, in this process. A pod that ends, on whichever way, ends its agent; a fault keeps it from running; what an
 * agent has to remember lies in its cluster.
 */
import type { RunningPod } from '../kube/running-pods.ts';

/** The simulated clusters, as far as agents need them. */
export interface AgentHabitat {
  /** Ids of all clusters, whether or not their API servers answer. */
  clusterIds(): readonly string[];
  /** Of the agent's Deployment. */
  agentPods(clusterId: string): readonly RunningPod[];
  /** A fault keeps agents from running. */
  isStopped(clusterId: string): boolean;
}

/** Runs until the signal is aborted. Rejects for what a real program would end with. */
export type RunAgent = (clusterId: string, pod: RunningPod, signal: AbortSignal) => Promise<void>;

export interface AgentsOptions {
  readonly habitat: AgentHabitat;
  readonly run: RunAgent;
  /** Milliseconds; grows only. */
  readonly now: () => number;
  readonly crashed: (clusterId: string, error: unknown) => void;
}

export interface LocalAgents {
  /** Starts and ends what has to. */
  look(): void;
  /** Ends all; none starts again. */
  stop(): Promise<void>;
}

/** A program that ends by itself is started again after this time, as kubelets do. Our choice. */
const AFTER_CRASH_MS = 10_000;

interface Running {
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}

export function localAgents(options: AgentsOptions): LocalAgents {
  const running = new Map<string, Running>();
  const notBefore = new Map<string, number>();
  let isOver = false;

  const start = (clusterId: string, pod: RunningPod): void => {
    const ending = new AbortController();
    const ended = options
      .run(clusterId, pod, ending.signal)
      .catch((error: unknown) => options.crashed(clusterId, error))
      .finally(() => {
        if (running.get(pod.uid)?.ending === ending) running.delete(pod.uid);
        if (!ending.signal.aborted) notBefore.set(pod.uid, options.now() + AFTER_CRASH_MS);
      });
    running.set(pod.uid, { ending, ended });
  };

  return {
    look() {
      if (isOver) return;
      const wanted = wantedPods(options.habitat);
      for (const [uid, { ending }] of running) if (!wanted.has(uid)) ending.abort();
      for (const uid of notBefore.keys()) if (!wanted.has(uid)) notBefore.delete(uid);
      for (const [uid, { clusterId, pod }] of wanted) {
        // One that is ending is waited for: two of one pod would look like a copy.
        if (!running.has(uid) && (notBefore.get(uid) ?? 0) <= options.now()) start(clusterId, pod);
      }
    },
    async stop() {
      isOver = true;
      for (const { ending } of running.values()) ending.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

interface Wanted {
  readonly clusterId: string;
  readonly pod: RunningPod;
}

function wantedPods({ clusterIds, agentPods, isStopped }: AgentHabitat): ReadonlyMap<string, Wanted> {
  const pods = clusterIds()
    .filter((clusterId) => !isStopped(clusterId))
    .flatMap((clusterId) =>
      agentPods(clusterId).map((pod): [string, Wanted] => [pod.uid, { clusterId, pod }]),
    );
  return new Map(pods);
}

/**
 * The program that lives in each cluster: it says that the cluster lives and how it is, fetches what the cluster should
 * be, and carries it out. It only ever asks; nobody can reach it. All state that matters lies in the cluster, so that
 * it may be killed at any time.
 */
import { beater } from './beat/beat.ts';
import { beatLoop } from './beat/loop.ts';
import { observer } from './collect/observer.ts';
import { patient } from './collect/patient.ts';
import { type Identity, identity } from './identity/identity.ts';
import { type KubeClient, kubeClient } from './kube/client.ts';
import { kubeObjects } from './kube/objects.ts';
import { results } from './operations/results.ts';
import { inventories } from './packs/inventory.ts';
import { AGENT_NAMESPACE, type AgentOptions, BOOTSTRAP_TOKEN_FILE } from './ports.ts';
import { type ControlPlane, controlPlane } from './server/control-plane.ts';
import { followDefinition } from './work/follow.ts';
import { operationLoop } from './work/operations.ts';
import { packLoop } from './work/packs.ts';
import { forgetDefinition, newWork } from './work/work.ts';

export interface Agent {
  /** Resolves once the signal is aborted and what was under way has ended. */
  run(signal: AbortSignal): Promise<void>;
}

export function createAgent(options: AgentOptions): Agent {
  return { run: (signal) => run(options, signal) };
}

async function run(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { time, chance, ids, log, alive } = options;
  const { namespace = AGENT_NAMESPACE } = options;
  const kube = kubeClient(options.kube, signal);
  const objects = kubeObjects(kube);
  const server = controlPlane({ http: options.http, url: options.server.url, time, signal });
  const who = identityOf(options, kube, server);
  const work = newWork(time);
  const beat = beater({
    server,
    identity: who,
    observer: patient(observer({ kube, clock: time, log, releases: () => work.releases }), time, signal),
    clock: time,
    log,
    instance: ids.uuid(),
    carried: () => work,
    answered: ({ revision }) => {
      work.revision = revision;
      work.revised.wake();
    },
    generationRefused: () => forgetDefinition(work),
  });
  const packs = {
    objects,
    inventories: inventories(kube, namespace),
    clock: time,
    log,
    helm: options.helm,
    signal,
  };
  const operations = { kube, objects, namespace, clock: time, log };
  const telling = results({ server, identity: who, clock: time, log });
  await Promise.all([
    beatLoop({ time, chance, log, signal, beat, ...(alive === undefined ? {} : { alive }) }),
    followDefinition({ server, identity: who, time, chance, log, signal }, work),
    packLoop({ deps: packs, log, signal }, work),
    operationLoop({ deps: operations, results: telling, log, signal }, work),
  ]);
}

function identityOf(options: AgentOptions, kube: KubeClient, server: ControlPlane): Identity {
  const {
    time,
    ids,
    log,
    files,
    namespace = AGENT_NAMESPACE,
    bootstrapTokenFile = BOOTSTRAP_TOKEN_FILE,
  } = options;
  const keeping = { kube, namespace, cluster: options.server.cluster };
  return identity({ keeping, server, time, ids, files, log, bootstrapTokenFile });
}

/**
 * What the step that installs an agent needs of the control plane's own side: the roster, the enrolment and the token for
 * it, bound to one pass and one cluster. Writes are subject to the pass's deadline (protocol rule 7): a pass that was
 * frozen must not bring a cluster back onto the roster whose deletion is over.
 */
import { guardedSecrets } from '../clouds/guarded-secrets.ts';
import { guardedStore } from '../clouds/guarded-store.ts';
import type { CallGuard } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import type { ClusterView } from '../domain/cluster.ts';
import type { Secret } from '../domain/secret.ts';
import { needsToken, tokenText, withToken } from './bootstrap.ts';
import { changeEnrolment, ensureEnrolment, readEnrolment } from './enrolment.ts';
import { agentKey, ensureAgentKey } from './keys.ts';
import type { AgentFacts } from './manifests/facts.ts';
import { parseRevision, putRosterEntry, readRoster, removeRosterEntry } from './roster.ts';

export interface AgentRegistry {
  look(): Promise<Registered>;
  /** Puts the cluster on the roster and gives it a token when it needs one. `undefined`: the key is too young, ask again. */
  register(): Promise<Invitation | undefined>;
  /** Gone already is fine. */
  leave(): Promise<void>;
}

export interface Registered {
  /** On the roster, whatever its generation. */
  readonly isListed: boolean;
  /** On the roster with this generation, and an agent has or can get its credential. */
  readonly isReady: boolean;
  /** Of the newest token. */
  readonly tokenId?: string;
}

export interface Invitation {
  readonly tokenId: string;
  readonly token: Secret;
}

/** Of a deployment whose clusters get no agent: there is nobody to know. */
export const NO_AGENTS: AgentRegistry = {
  look: async () => ({ isListed: false, isReady: false }),
  register: async () => undefined,
  leave: async () => {},
};

/** How agents are installed in this deployment: made once, opened for each pass. */
export interface AgentSetup {
  readonly facts: AgentFacts;
  open(guard: CallGuard, view: ClusterView): AgentRegistry;
}

type SetupDeps = Pick<Deps, 'config' | 'store' | 'secrets' | 'clock' | 'ids'>;

/** `undefined`: clusters of this deployment get no agent. */
export function agentSetup(deps: SetupDeps): AgentSetup | undefined {
  const { publicUrl: url, image } = deps.config.agents;
  if (url === '') return undefined;
  return { facts: { url, image }, open: (guard, view) => registry(deps, guard, view) };
}

function registry(deps: SetupDeps, guard: CallGuard, view: ClusterView): AgentRegistry {
  const { id, name, project, generation } = view;
  const secrets = guardedSecrets(deps.secrets, guard);
  const writing = { ...deps, store: guardedStore(deps.store, guard) };
  return {
    look: () => look(deps, view),
    async register() {
      const key = (await agentKey(deps)) ?? (await ensureAgentKey(secrets));
      if (key === undefined) return undefined;
      const { shard } = await ensureEnrolment(writing, id);
      const nowMs = deps.clock.now();
      const tokenId = deps.ids.uuid();
      const enrolment = await changeEnrolment(writing, id, (present) =>
        present !== undefined && needsToken(present, nowMs) ? withToken(present, tokenId, nowMs) : present,
      );
      await putRosterEntry(writing, { cluster: id, name, project, generation });
      // What is remembered is from before: the next look has to see it.
      await readRoster(deps, shard, 0);
      const token = enrolment?.token;
      return token && { tokenId: token.id, token: tokenText(key, id, token) };
    },
    async leave() {
      const shard = (await readEnrolment(deps, id))?.document.shard;
      await removeRosterEntry(writing, id);
      if (shard !== undefined) await readRoster(deps, shard, 0);
    },
  };
}

async function look(deps: SetupDeps, { id, generation }: ClusterView): Promise<Registered> {
  const enrolment = (await readEnrolment(deps, id))?.document;
  if (enrolment === undefined) return { isListed: false, isReady: false };
  const entry = (await readRoster(deps, enrolment.shard)).get(id);
  const isCurrent = entry !== undefined && parseRevision(entry.revision).generation >= generation;
  return {
    isListed: entry !== undefined,
    isReady: isCurrent && !needsToken(enrolment, deps.clock.now()),
    ...(enrolment.token === undefined ? {} : { tokenId: enrolment.token.id }),
  };
}

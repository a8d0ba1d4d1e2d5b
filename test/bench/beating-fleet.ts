/**
 * Clusters with agents that beat, through the shipped route with all its layers and real credentials, in one process and
 * in virtual time. Beats are spread over their interval as jitter spreads them; what agents say is the callers' matter.
 */
import { receiveHeartbeat } from '../../functions/http/receive-heartbeat.ts';
import { credentialText } from '../../lib/agents/credential.ts';
import { shardOf } from '../../lib/agents/enrolment.ts';
import { agentInbox, COMMIT_WINDOW_MS } from '../../lib/agents/inbox.ts';
import { ensureAgentKey } from '../../lib/agents/keys.ts';
import { type RosterDocument, type RosterEntry, shardAddress } from '../../lib/agents/port.ts';
import { asClusterId, type ClusterId } from '../../lib/domain/ids.ts';
import { SECOND_MS, toInstant } from '../../lib/domain/time.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { seededChance } from '../../local/clouds/kit/chance.ts';
import { aCluster, NOON_MS } from '../builders/cluster.ts';
import { send, someApiDeps, type TestApiDeps } from '../builders/http.ts';
import { VirtualTimers } from '../fakes/virtual-timers.ts';

const EPOCH = 1;
const REVISION = '1.0';
/** Of credentials: no fleet beats for so long. */
const VALID_MS = 400 * 24 * 3_600_000;

export interface BeatingAgent {
  readonly cluster: ClusterId;
  readonly authorization: string;
  readonly instance: string;
  /** Within the interval. */
  readonly phaseMs: number;
  beats: number;
}

/** What an agent says in its beat number `beat`, from 0, besides that it lives. */
export type Says = (agent: BeatingAgent, beat: number, nowMs: number) => object;

export class BeatingFleet {
  readonly deps: TestApiDeps;
  readonly agents: readonly BeatingAgent[];
  /** Of all beats that were sent; each was answered with 200. */
  sent = 0;
  readonly #timers: VirtualTimers;
  readonly #arrived: () => number;

  private constructor(deps: TestApiDeps, agents: readonly BeatingAgent[]) {
    this.#timers = new VirtualTimers(deps.time);
    const inbox = agentInbox({ ...deps, timers: this.#timers, windowMs: COMMIT_WINDOW_MS.azure });
    let arrived = 0;
    const beats: typeof inbox.beats = {
      record(shard, beat) {
        arrived += 1;
        return inbox.beats.record(shard, beat);
      },
    };
    this.#arrived = () => arrived;
    this.deps = { ...deps, inbox: { ...inbox, beats } };
    this.agents = agents;
  }

  static async open(clusters: number): Promise<BeatingFleet> {
    const deps = await someApiDeps();
    const agents = await enrolled(deps, clusters);
    return new BeatingFleet(deps, agents);
  }

  /** For so long, second by second; ends when the last beat is answered. */
  async run(ms: number, says: Says = () => ({})): Promise<void> {
    const { beatMs } = this.deps.config.agents;
    const answers: Promise<void>[] = [];
    const startMs = this.deps.time.nowMs;
    for (let at = 0; at < ms; at += SECOND_MS) {
      this.#timers.advance(startMs + at - this.deps.time.nowMs);
      const within = at % beatMs;
      for (const agent of this.agents)
        if (agent.phaseMs >= within && agent.phaseMs < within + SECOND_MS)
          answers.push(this.#beat(agent, says));
      while (this.#arrived() < this.sent) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#timers.advance(COMMIT_WINDOW_MS.azure);
    await Promise.all(answers);
  }

  async #beat(agent: BeatingAgent, says: Says): Promise<void> {
    const { nowMs } = this.deps.time;
    const { instance, authorization } = agent;
    const fields = says(agent, agent.beats, nowMs);
    agent.beats += 1;
    this.sent += 1;
    const { status, body } = await send(this.deps, receiveHeartbeat, {
      headers: { authorization },
      body: {
        agentVersion: '1.0.0',
        sentAt: toInstant(nowMs),
        instance,
        seq: agent.beats,
        observedGeneration: 1,
        ...fields,
      },
    });
    if (status !== 200) throw new Error(`A beat got ${status}: ${JSON.stringify(body)}`);
  }
}

/** The end of what enrolment and the install step leave behind, written at once. */
async function enrolled(deps: TestApiDeps, clusters: number): Promise<readonly BeatingAgent[]> {
  const key = await ensureAgentKey(deps.secrets);
  if (key === undefined) throw new Error('No key could be made');
  const chance = seededChance('a beating fleet');
  const rosters = new Map<number, Record<string, RosterEntry>>();
  const agents: BeatingAgent[] = [];
  for (let index = 0; index < clusters; index += 1) {
    const cluster = asClusterId(chance.uuid(`cluster ${index}`));
    const name = `cluster-${index}`;
    const shard = shardOf(cluster, deps.config.agents.shards);
    const roster = rosters.get(shard) ?? {};
    rosters.set(shard, roster);
    roster[cluster] = {
      name,
      project: 'default',
      epoch: EPOCH,
      revision: REVISION,
      since: toInstant(NOON_MS),
      seat: Object.keys(roster).length,
    };
    await deps.store.create(clusterAddress(cluster), aCluster({ id: cluster, name }));
    const credential = { cluster, shard, epoch: EPOCH, expiresAtMs: NOON_MS + VALID_MS };
    agents.push({
      cluster,
      authorization: `Bearer ${credentialText(key, credential)}`,
      instance: chance.uuid(`instance ${index}`),
      phaseMs: chance.fraction(`phase ${index}`) * deps.config.agents.beatMs,
      beats: 0,
    });
  }
  for (const [shard, roster] of rosters) {
    const document: RosterDocument = {
      id: 'roster',
      type: 'roster',
      revision: 1,
      seats: 0,
      clusters: roster,
    };
    await deps.store.create(shardAddress(shard), document);
    const mark = { id: 'roster-revision', type: 'roster-revision', revision: 1 };
    await deps.store.create(shardAddress(shard), mark);
  }
  return agents;
}

/**
 * A fleet for a day: agents that die, conditions that flip, processors above the threshold for nearly, exactly and more
 * than the window, clocks that are off, beats that come late, twice or not at all, a control plane that is down for a
 * quarter of an hour, sweeps that die midway, and regions that fall silent. The shipped sweep and the shipped judge run
 * over it; after every sweep that ended well an oracle of its own looks at every verdict.
 */
import { samplesByOurClock } from '../../lib/agents/clocks.ts';
import { shardAddress } from '../../lib/agents/port.ts';
import type { NodeReport, UsageSample } from '../../lib/domain/agent.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { HealthStatus } from '../../lib/domain/health.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import { toInstant } from '../../lib/domain/time.ts';
import type { HealthDeps } from '../../lib/health/change.ts';
import type { HealthDocument } from '../../lib/health/document.ts';
import { judgeReport } from '../../lib/health/judge.ts';
import { setThresholds } from '../../lib/health/set-thresholds.ts';
import { sweepHealth } from '../../lib/health/sweep.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { aCluster, NOON_MS } from '../builders/cluster.ts';
import { someDeps } from '../builders/deps.ts';
import { type Dice, diceOf } from './dice.ts';
import { type Message, SimulatedAgent, stateOf } from './health-agent.ts';
import { HealthLog } from './health-log.ts';
import { ClusterOracle } from './health-oracle.ts';
import { CrashError, HealthStore } from './health-store.ts';
import {
  type ClusterTruth,
  DAY,
  type FleetTruth,
  fleetTruth,
  isIn,
  isPartOf,
  type Outage,
} from './health-truth.ts';
import { InvariantError } from './invariant-error.ts';

const MINUTE_MS = 60_000;
/** Of one fleet: enough for a mass silence, and for one that is none. */
export const CLUSTERS = 100;
/** Minutes without a way to us after which samples may be lost: our choice, far below what agents keep. */
const LONG = 20;
/** A shorter silence of many is over before anybody is called silent. */
const MASS_LASTS = 10;
const NO_CODES: readonly string[] = [];
/** After the way to us is mended: until everybody has had its whole time again. */
const AFTERMATH = 40;

interface Member {
  readonly document: ClusterDocument;
  readonly seat: number;
  readonly truth: ClusterTruth;
  readonly agent: SimulatedAgent;
  readonly oracle: ClusterOracle;
  /** Sequence of the newest message that arrived; what is not later is told apart by the server's memory. */
  newest: number;
  /** Minutes without a way to us. */
  cutOff: number;
  nodes: readonly NodeReport[];
  latest: UsageSample | undefined;
}

/** Throws InvariantError for the first verdict that is false or missed. Answers with what was simulated. */
export async function simulateHealth(seed: number): Promise<{ readonly clusterDays: number }> {
  const world = await HealthWorld.open(diceOf(seed));
  for (let minute = 0; minute < DAY; minute += 1) await world.live(minute);
  return { clusterDays: CLUSTERS };
}

class HealthWorld {
  readonly #dice: Dice;
  readonly #truth: FleetTruth;
  readonly #store = new HealthStore();
  readonly #members: readonly Member[];
  readonly #deps: HealthDeps;
  readonly #time: { nowMs: number };
  #upMinutes = 0;
  /** Minutes of sweeps that did nothing. */
  #lost: number[] = [];
  readonly #log = new HealthLog(this.#store);
  /** What comes later than it was sent. */
  #late: (() => Promise<void>)[] = [];
  /** Beats that somebody sends again, by the minute in which they come. */
  readonly #replays = new Map<number, (() => void)[]>();
  /** Ids of their messages: a repeat has the same. */
  readonly #alarms = new Set<string>();

  private constructor(dice: Dice) {
    this.#dice = dice;
    this.#truth = fleetTruth(dice, CLUSTERS);
    const base = someDeps();
    this.#time = base.time;
    const config = { ...base.config, agents: { ...base.config.agents, shards: 1 } };
    this.#deps = { ...base, config, store: this.#store };
    this.#deps.queue.publishLifecycle = async ({ body }) => {
      const { type, id } = Object(body);
      if (type === 'slipway.fleet.silent') this.#alarms.add(id);
    };
    this.#members = this.#truth.clusters.map((truth, index) => {
      const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const document = aCluster({ id: asClusterId(uid), name: `c${index}` });
      const agent = new SimulatedAgent(truth);
      const oracle = new ClusterOracle(`c${index}`, truth);
      return {
        document,
        truth,
        agent,
        oracle,
        seat: index,
        newest: 0,
        cutOff: 0,
        nodes: [],
        latest: undefined,
      };
    });
  }

  static async open(dice: Dice): Promise<HealthWorld> {
    const world = new HealthWorld(dice);
    await world.#enlist();
    return world;
  }

  async #enlist(): Promise<void> {
    const entry = { project: 'default', epoch: 1, revision: '1.0', since: toInstant(NOON_MS) };
    const named = this.#members.map(({ document: { id, name } }, seat) => [id, { ...entry, name, seat }]);
    const clusters = Object.fromEntries(named);
    const roster = { id: 'roster', type: 'roster', revision: 1, seats: named.length, clusters };
    await this.#store.upsert(shardAddress(0), roster);
    const mark = { id: 'roster-revision', type: 'roster-revision', revision: 1 };
    await this.#store.upsert(shardAddress(0), mark);
    for (const { document, truth } of this.#members) {
      await this.#store.create(clusterAddress(document.id), document);
      const unhealthyAfter = `PT${truth.unhealthyAfter}M`;
      await setThresholds(this.#deps, { document }, { heartbeat: { unhealthyAfter } });
    }
  }

  async live(minute: number): Promise<void> {
    const startMs = NOON_MS + minute * MINUTE_MS;
    const isDown = isIn(this.#truth.down, minute);
    if (!isDown) this.#upMinutes += 1;
    const late = this.#late.splice(0);
    this.#time.nowMs = startMs;
    if (!isDown) for (const arrive of late) await arrive();
    for (const [index, member] of this.#members.entries()) {
      const report = this.#beat(minute, index, member, isDown);
      if (report) await report;
    }
    const replays = this.#replays.get(minute) ?? [];
    this.#replays.delete(minute);
    if (isDown) return;
    for (const replay of replays) replay();
    this.#time.nowMs = startMs + 58_000;
    await this.#log.write(minute);
    await this.#sweep(minute);
  }

  /** A promise only where there is something to wait for: most beats say nothing. */
  #beat(minute: number, index: number, member: Member, isDown: boolean): Promise<void> | undefined {
    this.#time.nowMs = NOON_MS + minute * MINUTE_MS + member.truth.phase * 1_000;
    const message = member.agent.speak(minute, this.#time.nowMs);
    const isCutOff = isDown || this.#isAway(minute, index, member);
    member.cutOff = isCutOff ? member.cutOff + 1 : 0;
    // What waits for long is thrown away, from its beginning.
    const holes = member.cutOff < LONG ? 0 : member.cutOff === LONG ? LONG : 1;
    for (let back = 0; back < holes; back += 1) member.oracle.notMeasured(minute - back);
    if (message === undefined) member.oracle.notMeasured(minute);
    if (message === undefined || isCutOff || this.#dice.hits(0.005)) return undefined;
    if (this.#dice.hits(0.01)) {
      this.#late.push(async () => this.#arrive(minute + 1, member, message));
      return undefined;
    }
    const report = this.#arrive(minute, member, message);
    // The answer may be lost: the agent says it all again, and the server has it twice.
    if (!this.#dice.hits(0.01)) member.agent.acknowledged(message);
    if (this.#dice.hits(0.02)) this.#replayLater(minute, member, message);
    return report;
  }

  /** We are up, and it does not reach us, or does not try yet. */
  #isAway(minute: number, index: number, { truth }: Member): boolean {
    const { outages, down } = this.#truth;
    return (
      outages.some((one) => isPartOf(one, minute, index, truth)) ||
      down.some(({ to }) => minute >= to && minute < to + truth.backoff)
    );
  }

  /** As lib/agents/ingest.ts does with what it knows to be a replay: nothing. */
  #arrive(minute: number, member: Member, message: Message): Promise<void> | undefined {
    if (message.seq <= member.newest) return undefined;
    member.newest = message.seq;
    this.#log.add(member.seat, this.#time.nowMs, message.seq);
    member.oracle.arrived(message, minute, this.#upMinutes);
    const { nodes, samples, sentAtMs } = message;
    if (nodes === undefined && samples.length === 0) return undefined;
    const receivedAtMs = this.#time.nowMs;
    const ours = samplesByOurClock(samples, { sentAtMs, receivedAtMs });
    member.nodes = nodes ?? member.nodes;
    member.latest = ours.at(-1) ?? member.latest;
    const { id, project } = member.document;
    return judgeReport(this.#deps, {
      cluster: id,
      project,
      receivedAtMs,
      heartbeat: { agentVersion: '1', sentAt: toInstant(sentAtMs), ...(nodes && { nodes }) },
      state: stateOf(member, receivedAtMs),
      samples: ours,
    });
  }

  /** The server's memory does not know it any more, so it reaches the log. */
  #replayLater(minute: number, { seat }: Member, { seq }: Message): void {
    const at = minute + Math.floor(this.#dice.between(0, 15));
    const replay = () => this.#log.add(seat, this.#time.nowMs, seq);
    this.#replays.set(at, [...(this.#replays.get(at) ?? []), replay]);
  }

  async #sweep(minute: number): Promise<void> {
    const isSkipped = this.#dice.hits(0.01);
    if (this.#dice.hits(0.02)) this.#store.dieAfter(Math.floor(this.#dice.between(0, 12)));
    const ended = !isSkipped && (await this.#endsWell());
    this.#store.dieAfter(Number.POSITIVE_INFINITY);
    if (!ended) this.#lost.push(minute);
    else {
      const [outage] = this.#massAt(minute);
      for (const [index, member] of this.#members.entries()) this.#check(minute, index, member, outage);
    }
    if (minute === DAY - 1) this.#checkAlarms();
  }

  async #endsWell(): Promise<boolean> {
    try {
      return (await sweepHealth(this.#deps, { periodMs: MINUTE_MS, isPastDue: false })) !== undefined;
    } catch (error) {
      if (error instanceof CrashError) return false;
      throw error;
    }
  }

  #check(minute: number, index: number, { document, truth, oracle }: Member, outage?: Outage): void {
    const stored = this.#store.peek<HealthDocument>(clusterAddress(document.id), 'health');
    if (!stored || minute < 10) return;
    const { status, reasons } = stored.document.health;
    if (minute % 10 === 0) this.#checkShown(document, status);
    oracle.check({
      minute,
      upMinutes: this.#upMinutes,
      lostSweeps: this.#lostSince(minute - 2 * truth.unhealthyAfter),
      isMassTime: outage !== undefined,
      ...(outage && isPartOf(outage, minute, index, truth) && { cutOffSince: outage.from }),
      codes: reasons.length === 0 ? NO_CODES : reasons.map(({ code }) => code),
      status,
    });
  }

  /** None most of the time. */
  #massAt(minute: number): readonly Outage[] {
    const { outages } = this.#truth;
    if (outages.length === 0) return outages;
    const isNear = ({ from, to }: Outage) => minute >= from && this.#upBetween(to, minute) < AFTERMATH;
    return outages.filter((one) => one.to - one.from >= MASS_LASTS && isNear(one));
  }

  #upBetween(from: number, to: number): number {
    let count = 0;
    for (let minute = from; minute < to; minute += 1) if (!isIn(this.#truth.down, minute)) count += 1;
    return count;
  }

  #lostSince(minute: number): number {
    let count = 0;
    for (const at of this.#lost) if (at > minute) count += 1;
    return count;
  }

  /** Reads and lists show the same. */
  #checkShown({ id, name }: ClusterDocument, status: HealthStatus): void {
    const cluster = this.#store.peek<ClusterDocument>(clusterAddress(id), id);
    if (cluster?.document.health !== status) throw new InvariantError(`${name} shows another status`);
  }

  /** One for a silence of many that lasted, none for one that was over before anybody is called silent. */
  #checkAlarms(): void {
    for (const outage of this.#truth.outages) {
      const up = this.#upBetween(outage.from, outage.to);
      const expected = up >= 10 ? [1] : up <= 2 ? [0] : [0, 1];
      if (!expected.includes(this.#alarms.size)) throw new InvariantError(`${this.#alarms.size} alarms`);
    }
    if (this.#truth.outages.length === 0 && this.#alarms.size > 0)
      throw new InvariantError('an alarm for nothing');
  }
}

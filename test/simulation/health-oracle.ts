/**
 * What the verdict on a cluster has to be, worked out from the truth and from what really arrived, minute by minute. It
 * shares nothing with lib/health but the numbers that are promised, and is silent only where both would be right.
 */

import type { Message } from './health-agent.ts';
import { type ClusterTruth, WINDOW } from './health-truth.ts';
import { InvariantError } from './invariant-error.ts';

/** Minutes that the server may take: a sweep to notice, one that died, and the grain of a minute. */
const SLACK = 4;

export interface Look {
  readonly minute: number;
  /** Minutes of this day in which the control plane was up, this one included. */
  readonly upMinutes: number;
  /** Sweeps of the last while that were skipped or died: each may delay by one. */
  readonly lostSweeps: number;
  /** The way to us is, or was a short while ago, broken for many. */
  readonly isMassTime: boolean;
  /** This cluster is one of those, and since when. */
  readonly cutOffSince?: number;
  readonly codes: readonly string[];
  readonly status: string;
}

export class ClusterOracle {
  readonly #truth: ClusterTruth;
  readonly #name: string;
  #heardUp = 0;
  /** In how many up minutes in a row a beat came. */
  #inARow = 0;
  #lastUp = 0;
  #wasMissing = false;
  #nodes: Message | undefined;
  /** Since when the nodes that arrived say that they are not ready, and until when that was confirmed; minutes. */
  #notReadySince: number | undefined;
  #confirmed = 0;
  #measuredUntil = 0;
  #holes: number[] = [];

  constructor(name: string, truth: ClusterTruth) {
    this.#name = name;
    this.#truth = truth;
  }

  /** It arrived for the first time. */
  arrived(message: Message, minute: number, upMinutes: number): void {
    this.#inARow = upMinutes - this.#lastUp <= 1 ? this.#inARow + 1 : 1;
    this.#lastUp = upMinutes;
    this.#heardUp = upMinutes;
    this.#confirmed = minute;
    if (message.nodes !== undefined) {
      this.#nodes = message;
      this.#notReadySince = message.isNotReady ? (this.#notReadySince ?? minute) : undefined;
    }
    if (message.samples.length > 0) this.#measuredUntil = message.measuredUntil;
  }

  /** The agent measured nothing in this minute, or may have thrown it away: what spans it proves nothing. */
  notMeasured(minute: number): void {
    this.#holes.push(minute);
  }

  check(look: Look): void {
    this.#checkHeartbeat(look);
    this.#checkNodes(look);
    this.#checkProcessor(look);
    const isMissing = look.codes.includes('HEARTBEAT_MISSING');
    const worst = isMissing ? 'Unhealthy' : look.codes.includes('MASS_SILENCE') ? 'Unknown' : undefined;
    const expected = worst ?? (look.codes.length > 0 ? 'Unhealthy' : 'Healthy');
    this.#expect(look, look.status === expected, `is ${look.status} with ${look.codes}`);
    this.#wasMissing = isMissing;
  }

  #checkHeartbeat(look: Look): void {
    const silent = look.upMinutes - this.#heardUp;
    const { unhealthyAfter } = this.#truth;
    const isMissing = look.codes.includes('HEARTBEAT_MISSING');
    const isMass = look.codes.includes('MASS_SILENCE');
    const isNew = isMissing && !this.#wasMissing;
    // Who was silent already before is silent for reasons of its own.
    const isMember = look.cutOffSince !== undefined && this.#confirmed >= look.cutOffSince - 2;
    this.#expect(look, !isNew || silent >= unhealthyAfter - 2, `missing after ${silent} min of silence`);
    this.#expect(look, !(isNew && isMember), 'missing, and not part of the mass silence');
    this.#expect(look, !isMass || look.isMassTime, 'mass silence where there is none');
    const isDue = silent >= unhealthyAfter + SLACK + look.lostSweeps;
    this.#expect(look, !isDue || isMissing || look.isMassTime, `not missing after ${silent} min of silence`);
    this.#expect(look, !isDue || isMissing || isMass || !isMember, `nothing said after ${silent} min`);
    const isBack = this.#inARow >= 3 + look.lostSweeps && silent === 0;
    this.#expect(look, !isBack || !(isMissing || isMass), `silent after ${this.#inARow} beats in a row`);
  }

  #checkNodes(look: Look): void {
    if (!this.#nodes) return;
    const hasPressure = look.codes.includes('DISK_PRESSURE');
    this.#expect(look, hasPressure === this.#nodes.hasPressure, `disk pressure ${hasPressure}`);
    const isBad = look.codes.includes('NODE_NOT_READY');
    const since = this.#notReadySince;
    const confirmedFor = since === undefined ? -1 : this.#confirmed - since;
    this.#expect(look, !isBad || confirmedFor >= WINDOW - 1, `not ready after ${confirmedFor} min`);
    const upSince = look.upMinutes - this.#heardUp;
    const isDue = confirmedFor >= WINDOW + SLACK + look.lostSweeps && upSince === 0;
    this.#expect(look, !isDue || isBad, `not said to be not ready after ${confirmedFor} min`);
  }

  /** Hot spells are far apart, so the latest that was measured is the only one that can be told of. */
  #checkProcessor(look: Look): void {
    const isHigh = look.codes.includes('CPU_HIGH');
    const measured = this.#measuredUntil;
    const spell = this.#truth.hot.findLast(({ from }) => from <= measured);
    this.#expect(look, !isHigh || spell !== undefined, 'processor high, and never was');
    if (spell === undefined) return;
    const length = Math.min(spell.to, measured + 1) - spell.from;
    this.#expect(look, !isHigh || length > WINDOW - 1, `processor high after ${length} min`);
    const isWhole = !this.#holes.some((minute) => minute >= spell.from - 1 && minute <= measured);
    if (!isWhole) return;
    const isOver = measured >= spell.to + WINDOW / 2 + 2;
    this.#expect(look, !isHigh || !isOver, `processor high until ${measured}, though cool since ${spell.to}`);
    // After an hour without samples nothing is claimed any more.
    const isFresh = look.minute - measured < 50;
    const isNow = isFresh && length >= WINDOW + 3 && measured < spell.to + WINDOW / 2 - 2;
    this.#expect(look, isHigh || !isNow, `processor not high after ${length} min`);
  }

  #expect(look: Look, holds: boolean, what: string): void {
    if (!holds) throw new InvariantError(`minute ${look.minute}, ${this.#name}: ${what}`);
  }
}

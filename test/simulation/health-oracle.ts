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
  /** Up minutes when the agent had confirmed that for the whole grace. */
  #ripeUp: number | undefined;
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
    const isRipe = this.#notReadySince !== undefined && minute - this.#notReadySince > WINDOW;
    this.#ripeUp = isRipe ? (this.#ripeUp ?? upMinutes) : undefined;
    if (message.samples.length > 0) this.#measuredUntil = message.minute;
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
    if (!(look.status === expected)) this.#fail(look, `is ${look.status} with ${look.codes}`);
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
    if (!(!isNew || silent >= unhealthyAfter - 2)) this.#fail(look, `missing after ${silent} min of silence`);
    if (isNew && isMember) this.#fail(look, 'missing, and not part of the mass silence');
    if (!(!isMass || look.isMassTime)) this.#fail(look, 'mass silence where there is none');
    const isDue = silent >= unhealthyAfter + SLACK + look.lostSweeps;
    if (!(!isDue || isMissing || look.isMassTime))
      this.#fail(look, `not missing after ${silent} min of silence`);
    if (!(!isDue || isMissing || isMass || !isMember)) this.#fail(look, `nothing said after ${silent} min`);
    const isBack = this.#inARow >= 3 + look.lostSweeps && silent === 0;
    if (!(!isBack || !(isMissing || isMass))) this.#fail(look, `silent after ${this.#inARow} beats in a row`);
  }

  #checkNodes(look: Look): void {
    if (!this.#nodes) return;
    const hasPressure = look.codes.includes('DISK_PRESSURE');
    if (!(hasPressure === this.#nodes.hasPressure)) this.#fail(look, `disk pressure ${hasPressure}`);
    const isBad = look.codes.includes('NODE_NOT_READY');
    const since = this.#notReadySince;
    const confirmedFor = since === undefined ? -1 : this.#confirmed - since;
    if (!(!isBad || confirmedFor >= WINDOW - 1)) this.#fail(look, `not ready after ${confirmedFor} min`);
    const dueFor = this.#ripeUp === undefined ? -1 : look.upMinutes - this.#ripeUp;
    if (!isBad && dueFor >= SLACK + look.lostSweeps)
      this.#fail(look, `not said to be not ready ${dueFor} min after it was confirmed`);
  }

  /** Hot spells are far apart, so the latest that was measured is the only one that can be told of. */
  #checkProcessor(look: Look): void {
    const isHigh = look.codes.includes('CPU_HIGH');
    const measured = this.#measuredUntil;
    const spell = this.#truth.hot.findLast(({ from }) => from <= measured);
    if (!(!isHigh || spell !== undefined)) this.#fail(look, 'processor high, and never was');
    if (spell === undefined) return;
    const length = Math.min(spell.to, measured + 1) - spell.from;
    if (!(!isHigh || length > WINDOW - 1)) this.#fail(look, `processor high after ${length} min`);
    const isOver = measured >= spell.to + WINDOW / 2 + 2;
    // After an hour without samples nothing is claimed any more.
    const isFresh = look.minute - measured < 50;
    const isNow = isFresh && length >= WINDOW + 3 && measured < spell.to + WINDOW / 2 - 2;
    const isWrong = isHigh ? isOver : isNow;
    if (!isWrong || this.#holes.some((minute) => minute >= spell.from - 1 && minute <= measured)) return;
    this.#fail(
      look,
      `processor high is ${isHigh}; hot until ${spell.to}, for ${length} min, as of ${measured}`,
    );
  }

  #fail(look: Look, what: string): never {
    throw new InvariantError(`minute ${look.minute}, ${this.#name}: ${what}`);
  }
}

/** One agent: what it measures, what it still has to say, and what of it arrived. Only what really arrived is evidence. */
import type { AgentStateDocument } from '../../lib/agents/port.ts';
import type { NodeReport, UsageSample } from '../../lib/domain/agent.ts';
import { toInstant } from '../../lib/domain/time.ts';
import { aNode, aSample } from '../builders/health.ts';
import { type ClusterTruth, DEAD, HOT, minutesOf, NOT_READY, PRESSURE } from './health-truth.ts';

export interface Message {
  readonly seq: number;
  readonly sentAtMs: number;
  readonly minute: number;
  readonly nodes?: readonly NodeReport[];
  readonly samples: readonly UsageSample[];
  readonly isNotReady: boolean;
  readonly hasPressure: boolean;
}

const NOTHING: readonly UsageSample[] = [];
const REPORT_EVERY = 15;
/** Samples that an agent keeps while nobody takes them. */
const KEPT = 60;
const NODES = {
  ready: { free: theNode('True', 'False'), pressed: theNode('True', 'True') },
  notReady: { free: theNode('False', 'False'), pressed: theNode('False', 'True') },
} as const;

function theNode(ready: 'True' | 'False', pressure: 'True' | 'False'): readonly NodeReport[] {
  return [aNode('n1', { Ready: ready, DiskPressure: pressure }, { createdAt: toInstant(0) })];
}

export class SimulatedAgent {
  readonly #minutes: Uint8Array;
  readonly #skewMs: number;
  #seq = 0;
  /** Not acknowledged, oldest first: by its own clock, and whether it was hot. */
  #samples: (readonly [atMs: number, isHot: boolean])[] = [];
  /** Bits of the conditions that were said last; no such bits: none were. */
  #said = -1;
  #saidAt = Number.NEGATIVE_INFINITY;
  #urgentUntil = Number.NEGATIVE_INFINITY;

  constructor(truth: ClusterTruth) {
    this.#minutes = minutesOf(truth);
    this.#skewMs = truth.skewMs;
  }

  /** A minute of its life; `undefined` while it is dead. */
  speak(minute: number, nowMs: number): Message | undefined {
    const now = this.#minutes[minute] ?? 0;
    if ((now & DEAD) !== 0) return undefined;
    const isHot = (now & HOT) !== 0;
    const sentAtMs = nowMs + this.#skewMs;
    // Not every minute brings a new sample: metrics-server has a rhythm of its own.
    if (isHot || minute <= this.#urgentUntil || minute % 5 === 0) this.#samples.push([sentAtMs, isHot]);
    if (this.#samples.length > KEPT) this.#samples.shift();
    if (isHot) this.#urgentUntil = minute + REPORT_EVERY;
    const isNotReady = (now & NOT_READY) !== 0;
    const hasPressure = (now & PRESSURE) !== 0;
    const conditions = now & (NOT_READY | PRESSURE);
    const isDue = minute - this.#saidAt >= REPORT_EVERY;
    this.#seq += 1;
    const samples = isDue || minute <= this.#urgentUntil ? this.#samples.map(sampleOf) : NOTHING;
    const message = { seq: this.#seq, sentAtMs, minute, samples, isNotReady, hasPressure };
    const saysNodes = isDue || conditions !== this.#said;
    return saysNodes ? { ...message, nodes: nodesOf(isNotReady, hasPressure) } : message;
  }

  /** The answer came: what was in it need not be said again. */
  acknowledged({ nodes, samples, minute }: Message): void {
    if (nodes !== undefined) {
      this.#said = (this.#minutes[minute] ?? 0) & (NOT_READY | PRESSURE);
      this.#saidAt = minute;
    }
    if (samples.length > 0) this.#samples = [];
  }
}

const USED = { hot: aSample(0, { n1: { cpu: 95 } }).nodes, cool: aSample(0, { n1: { cpu: 40 } }).nodes };

function sampleOf([atMs, isHot]: readonly [atMs: number, isHot: boolean]): UsageSample {
  return { at: toInstant(atMs), nodes: isHot ? USED.hot : USED.cool };
}

function nodesOf(isNotReady: boolean, hasPressure: boolean): readonly NodeReport[] {
  return NODES[isNotReady ? 'notReady' : 'ready'][hasPressure ? 'pressed' : 'free'];
}

export interface Reported {
  readonly nodes: readonly NodeReport[];
  readonly latest: UsageSample | undefined;
}

/** What the server keeps of it. */
export function stateOf({ nodes, latest }: Reported, receivedAtMs: number): AgentStateDocument {
  return {
    id: 'agent-state',
    type: 'agent-state',
    agentVersion: '1',
    reportedAt: toInstant(receivedAtMs),
    nodes,
    services: [],
    packs: [],
    ...(latest && { latest }),
  };
}

/**
 * What an instance of the server remembers of the agents that talk to it: how far each has counted, so that a beat that
 * was sent before is ignored, and whether two of them take turns, which is what a copied agent looks like. It is a
 * memory and no record: an instance that starts knows nothing, and beats of a cluster that was forgotten count again.
 */
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, type Instant } from '../domain/time.ts';

/** Some 300 bytes each. Those that were quiet longest are forgotten. */
const MAX_CLUSTERS = 100_000;
/** Names of its processes that are remembered for a cluster: of more than two, none is news. */
const MAX_INSTANCES = 4;
/** A process that was replaced may have a beat on its way; who comes back so often was never replaced. */
const RETURNS_OF_A_COPY = 3;
/** Within so long: late beats of restarts are no copy, however many there were over the months. */
const RETURNS_WITHIN_MS = HOUR_MS;
const TELL_AGAIN_MS = HOUR_MS;

/** What of the stored state a beat without lists could change, and what a report without samples has to know. */
export interface StoredFacts {
  readonly agentVersion: string;
  readonly observedGeneration: number | undefined;
  readonly clockIsOff: boolean;
  /** Of the newest sample, by our clock; absent: not known here. */
  readonly measuredAt: Instant | undefined;
}

export interface Mark {
  readonly cluster: ClusterId;
  readonly epoch: number;
  readonly instance: string;
  readonly seq: number;
}

interface Stream {
  readonly epoch: number;
  /** Last sequence by instance; the one that spoke last is the last. */
  readonly heard: Map<string, number>;
  returns: readonly EpochMs[];
  copyToldAtMs: EpochMs;
  facts: StoredFacts | undefined;
}

export class AgentStreams {
  readonly #streams = new Map<ClusterId, Stream>();

  /** Not later than one that was accepted before it. */
  isReplay({ cluster, epoch, instance, seq }: Mark): boolean {
    const stream = this.#streams.get(cluster);
    if (stream === undefined || epoch !== stream.epoch) return false;
    const last = stream.heard.get(instance);
    return last !== undefined && seq <= last;
  }

  /** Of a beat that is stored. True: this cluster has two agents, which should be said now. */
  accept(mark: Mark, nowMs: EpochMs): boolean {
    const stream = this.#streamOf(mark);
    const isReturn = stream.heard.has(mark.instance) && lastOf(stream.heard) !== mark.instance;
    const last = stream.heard.get(mark.instance) ?? 0;
    stream.heard.delete(mark.instance);
    stream.heard.set(mark.instance, Math.max(last, mark.seq));
    const [oldest] = stream.heard.keys();
    if (stream.heard.size > MAX_INSTANCES && oldest !== undefined) stream.heard.delete(oldest);
    if (!isReturn) return false;
    stream.returns = [...stream.returns, nowMs].filter((at) => nowMs - at < RETURNS_WITHIN_MS);
    if (stream.returns.length < RETURNS_OF_A_COPY) return false;
    stream.returns = [];
    if (nowMs - stream.copyToldAtMs < TELL_AGAIN_MS) return false;
    stream.copyToldAtMs = nowMs;
    return true;
  }

  /** `undefined`: not known here; the state has to be looked at. */
  factsOf(cluster: ClusterId): StoredFacts | undefined {
    return this.#streams.get(cluster)?.facts;
  }

  remember(mark: Mark, facts: StoredFacts): void {
    this.#streamOf(mark).facts = facts;
  }

  #streamOf({ cluster, epoch }: Mark): Stream {
    const known = this.#streams.get(cluster);
    const stream = known?.epoch === epoch ? known : newStream(epoch, known);
    this.#streams.delete(cluster);
    this.#streams.set(cluster, stream);
    const [quietest] = this.#streams.keys();
    if (this.#streams.size > MAX_CLUSTERS && quietest !== undefined) this.#streams.delete(quietest);
    return stream;
  }
}

function newStream(epoch: number, before: Stream | undefined): Stream {
  return {
    epoch,
    heard: new Map(),
    returns: [],
    copyToldAtMs: before?.copyToldAtMs ?? Number.NEGATIVE_INFINITY,
    facts: before?.facts,
  };
}

function lastOf(heard: ReadonlyMap<string, number>): string | undefined {
  return [...heard.keys()].at(-1);
}

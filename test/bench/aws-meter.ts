/** Counts what passes ask the simulated AWS for, by operation. Writes that were refused are told apart. */
import type { SimHandler } from '../../local/clouds/kit/wire.ts';
import { operationOf } from '../simulation/aws-trace.ts';

export interface AwsCounts {
  readonly writes: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly reads: Readonly<Record<string, number>>;
}

const READS = /^(?:Describe|Get|List|Simulate)/;
/** What the timers do for all clusters of an account and region together. */
const CHANNEL = new Set(['ReceiveMessage', 'DeleteMessageBatch', 'GetQueueUrl']);

export class AwsMeter {
  readonly handle: SimHandler;
  #writes: Record<string, number> = {};
  #refused: Record<string, number> = {};
  #reads: Record<string, number> = {};

  constructor(aws: { readonly handle: SimHandler }) {
    this.handle = (request) => {
      const answer = aws.handle(request);
      const operation = operationOf(request.headers, request.body);
      const isRefused = answer === 'cut' || answer.status >= 300;
      if (!CHANNEL.has(operation)) count(this.#countsFor(operation, isRefused), operation);
      return answer;
    };
  }

  /** Since the last call. */
  take(): AwsCounts {
    const counts = { writes: this.#writes, refused: this.#refused, reads: this.#reads };
    this.#writes = {};
    this.#refused = {};
    this.#reads = {};
    return counts;
  }

  #countsFor(operation: string, isRefused: boolean): Record<string, number> {
    if (READS.test(operation)) return this.#reads;
    return isRefused ? this.#refused : this.#writes;
  }
}

function count(counts: Record<string, number>, operation: string): void {
  counts[operation] = (counts[operation] ?? 0) + 1;
}

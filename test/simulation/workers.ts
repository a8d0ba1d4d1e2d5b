/**
 * The worker processes: they take what the queue gives, run the shipped queue functions and settle as the runtime does
 * (return completes, throw abandons). A worker that dies loses its locks and comes back as a new incarnation.
 */
import { InvocationContext } from '@azure/functions';
import { reconcileCluster } from '../../functions/queues/reconcile-cluster.ts';
import { reconcileDeadLetter } from '../../functions/queues/reconcile-dead-letter.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import type { Delivery, MemoryQueue } from '../fakes/memory-queue.ts';
import type { Incarnation } from './incarnation.ts';
import type { Scheduler } from './scheduler.ts';

export interface WorkerOptions {
  readonly scheduler: Scheduler;
  readonly queue: MemoryQueue;
  readonly count: number;
  /** A new process with ports of its own. */
  spawn(onDeath: () => void): { readonly process: Incarnation; readonly deps: PassDeps };
  /** How a delivery reaches the function; ablations change it. */
  readonly receive?: (delivery: Delivery) => { readonly body: unknown; readonly deliveryCount: number };
  /** Deliveries that one incarnation may run in total, to bound hot loops. */
  readonly maxDeliveries: number;
}

export class Workers {
  readonly #options: WorkerOptions;
  #idle: number;
  #wakeAt = Number.POSITIVE_INFINITY;
  #buried = 0;
  deliveries = 0;
  /** What functions threw, in words: bugs show here. */
  readonly thrown: string[] = [];

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#idle = options.count;
  }

  get busy(): boolean {
    return this.#idle < this.#options.count;
  }

  /** Call after every event: starts what can start and sets the next alarm. */
  pump(): void {
    const { queue, scheduler } = this.#options;
    while (this.#idle > 0) {
      const delivery = queue.take(scheduler.now());
      if (!delivery) break;
      this.#start(delivery);
    }
    this.#bury();
    this.#setAlarm();
  }

  #start(delivery: Delivery): void {
    this.deliveries += 1;
    if (this.deliveries > this.#options.maxDeliveries) throw new Error('Hot loop: too many deliveries');
    this.#idle -= 1;
    const { process, deps } = this.#options.spawn(() => {
      delivery.loseLock();
      // The slot is back when the platform has started another instance.
      this.#options.scheduler.at(this.#options.scheduler.now() + 5_000, () => this.#free());
    });
    void this.#run(delivery, process, deps);
  }

  async #run(delivery: Delivery, process: Incarnation, deps: PassDeps): Promise<void> {
    const { body, deliveryCount } = this.#options.receive?.(delivery) ?? {
      body: delivery.message,
      deliveryCount: delivery.deliveryCount,
    };
    try {
      await reconcileCluster(() => deps)(body, contextOf('reconcile-cluster', deliveryCount));
      delivery.complete();
    } catch (error) {
      this.#note(error);
      delivery.abandon();
    }
    if (process.alive) this.#free();
  }

  #free(): void {
    this.#idle += 1;
  }

  /** Dead letters go to their own function, whose failures the broker repeats. */
  #bury(): void {
    const { queue, scheduler } = this.#options;
    const letter = queue.deadLetters[this.#buried];
    if (!letter) return;
    this.#buried += 1;
    const attempt = async (): Promise<void> => {
      const { process, deps } = this.#options.spawn(() =>
        scheduler.at(scheduler.now() + 5_000, () => void attempt()),
      );
      try {
        await reconcileDeadLetter(() => deps)(letter.body);
      } catch (error) {
        this.#note(error);
        if (process.alive) scheduler.at(scheduler.now() + 1_000, () => void attempt());
      }
    };
    void attempt();
  }

  #note(error: unknown): void {
    this.thrown.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }

  #setAlarm(): void {
    const { queue, scheduler } = this.#options;
    const next = queue.nextEventAt();
    if (next === undefined || next <= scheduler.now() || next === this.#wakeAt) return;
    this.#wakeAt = next;
    scheduler.at(next, () => {
      if (this.#wakeAt === next) this.#wakeAt = Number.POSITIVE_INFINITY;
    });
  }
}

/** The runtime counts deliveries from 1. */
export function contextOf(functionName: string, deliveryCount: number): InvocationContext {
  return new InvocationContext({ functionName, triggerMetadata: { deliveryCount: deliveryCount + 1 } });
}

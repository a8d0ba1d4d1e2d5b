/** The way down: nothing new, a bounded wait for what runs, settle, close. Every wait has an end. */
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionApp } from './core/app.ts';
import type { HttpFront } from './http/server.ts';
import type { InFlight } from './in-flight.ts';
import type { ServiceBusConnections } from './service-bus/connections.ts';
import type { Listener } from './service-bus/trigger.ts';
import type { RunningTimer } from './timers/timer.ts';

export interface RunningHost {
  readonly app: FunctionApp;
  readonly inFlight: InFlight;
  readonly front: HttpFront;
  readonly listeners: readonly Listener[];
  readonly timers: readonly RunningTimer[];
  readonly connections: ServiceBusConnections;
  /** Opened by the library for streaming. */
  readonly libraryServers: readonly Server[];
  readonly drainMs: number;
}

/** A broker that is gone answers no close: waiting for it would hold the shutdown up. */
const CLOSE_MS = 2_000;

export async function stopHost(host: RunningHost): Promise<void> {
  const { app, front, listeners, timers } = host;
  for (const timer of timers) timer.stop();
  front.stopAccepting();
  await within(CLOSE_MS, Promise.allSettled(listeners.map((listener) => listener.stopAccepting())));
  if (!(await host.inFlight.drained(host.drainMs))) {
    app.log({ level: 'warning', category: 'system', message: 'Stopping with invocations still running' });
  }
  await within(CLOSE_MS, Promise.allSettled(listeners.map((listener) => listener.close())));
  await app.terminate();
  await Promise.all([front.close(), within(CLOSE_MS, host.connections.close())]);
  for (const server of host.libraryServers) server.close();
}

async function within(boundMs: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const bound = sleep(boundMs, undefined, { signal: over.signal }).catch(() => {});
  await Promise.race([work, bound]);
  over.abort();
}

/** The simulated Azure as a service on the loopback interface, with its state in a file when it is to survive. */

import type { CloudClock } from '../kit/clock.ts';
import { storedClock } from '../kit/clock.ts';
import { memoryRecords, type Records, sqliteRecords } from '../kit/records.ts';
import { serve } from '../kit/wire.ts';
import type { AzureSettings } from './settings.ts';
import { type AzureSimulator, createAzureSimulator } from './simulator.ts';

export interface SimulatedAzureOptions {
  /** SQLite file; in memory when absent. */
  readonly file?: string;
  /** Opened already, when the clock is kept in them too; instead of `file`. */
  readonly records?: Records;
  /** A free one when absent. */
  readonly port?: number;
  /** Cloud seconds per wall second; 1 when absent. Has no effect with a clock of one's own. */
  readonly speed?: number;
  readonly clock?: CloudClock;
  readonly seed?: string;
  readonly settings?: Partial<AzureSettings>;
}

export interface SimulatedAzure {
  /** `http://127.0.0.1:port`: stands in for management.azure.com, login.microsoftonline.com and graph.microsoft.com. */
  readonly url: string;
  readonly port: number;
  readonly simulator: AzureSimulator;
  close(): Promise<void>;
}

export async function startSimulatedAzure(options: SimulatedAzureOptions = {}): Promise<SimulatedAzure> {
  const { file, port, speed = 1, seed, settings } = options;
  const records = options.records ?? (file === undefined ? memoryRecords() : sqliteRecords(file));
  const simulator = createAzureSimulator({
    clock: options.clock ?? storedClock(records, speed),
    records,
    ...(seed === undefined ? {} : { seed }),
    ...(settings === undefined ? {} : { settings }),
  });
  const server = await serve(simulator.handle, port);
  return {
    url: server.url,
    port: server.port,
    simulator,
    async close() {
      await server.close();
      simulator.close();
    },
  };
}

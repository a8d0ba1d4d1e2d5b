/** The simulated AWS as a service on the loopback interface, with its state in a file when it is to survive. */
import type { MachineSide } from '../../machines/port.ts';
import { type CloudClock, storedClock } from '../kit/clock.ts';
import { memoryRecords, type Records, sqliteRecords } from '../kit/records.ts';
import { serve } from '../kit/wire.ts';
import type { AwsSettings } from './core/settings.ts';
import { type AwsSimulator, createAwsSimulator } from './simulator.ts';

export interface SimulatedAwsOptions {
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
  readonly settings?: Partial<AwsSettings>;
  readonly machines?: MachineSide;
}

export interface SimulatedAws {
  /** `http://127.0.0.1:port`: stands in for the endpoints of all services in all regions. */
  readonly url: string;
  readonly port: number;
  readonly simulator: AwsSimulator;
  close(): Promise<void>;
}

export async function startSimulatedAws(options: SimulatedAwsOptions = {}): Promise<SimulatedAws> {
  const { file, port, speed = 1, seed, settings, machines } = options;
  const records = options.records ?? (file === undefined ? memoryRecords() : sqliteRecords(file));
  const simulator = createAwsSimulator({
    clock: options.clock ?? storedClock(records, speed),
    records,
    ...(seed === undefined ? {} : { seed }),
    ...(settings === undefined ? {} : { settings }),
    ...(machines === undefined ? {} : { machines }),
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

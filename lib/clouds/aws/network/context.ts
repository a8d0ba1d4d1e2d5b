/** What the network steps may reach during one pass; the context of an AWS cluster includes it. */
import type { EpochMs } from '../../../domain/time.ts';
import type { NetworkPort } from './port.ts';

export interface NetworkContext {
  readonly network: NetworkPort;
  now(): EpochMs;
}

export interface NetworkOptions {
  /** Cloud milliseconds per wall millisecond. */
  readonly speed: number;
}

/** The ambient world as ports: time, chance and ids. Nothing in lib/ outside the composition root asks for them otherwise. */
import type { EpochMs } from './time.ts';

export interface Clock {
  /** Wall time. */
  now(): EpochMs;
  /** Milliseconds that never jump; only differences mean anything. */
  monotonic(): number;
}

export interface Timers {
  /** Runs once, not before `ms` milliseconds have passed. */
  after(ms: number, run: () => void): void;
}

export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
}

export interface Ids {
  uuid(): string;
}

export interface Logger {
  debug(message: string, keys?: Record<string, unknown>): void;
  info(message: string, keys?: Record<string, unknown>): void;
  warn(message: string, keys?: Record<string, unknown>): void;
  error(message: string, keys?: Record<string, unknown>): void;
}

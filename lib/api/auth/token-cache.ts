/**
 * Verified tokens, so that a console that polls costs one signature check per token. Keyed by hash, because a cache of
 * tokens would be a cache of credentials. Bounded: the oldest entry leaves first.
 */
import { createHash } from 'node:crypto';
import type { EpochMs } from '../../domain/time.ts';
import type { Caller } from './caller.ts';

interface Entry {
  readonly caller: Caller;
  readonly untilMs: EpochMs;
}

export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(token: string, nowMs: EpochMs): Caller | undefined {
    const key = hashOf(token);
    const entry = this.#entries.get(key);
    if (entry && nowMs < entry.untilMs) return entry.caller;
    this.#entries.delete(key);
    return undefined;
  }

  keep(token: string, caller: Caller, untilMs: EpochMs): void {
    this.#entries.set(hashOf(token), { caller, untilMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity) return;
      this.#entries.delete(oldest);
    }
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

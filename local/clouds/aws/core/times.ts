/** Instants as AWS writes them. */
import type { EpochMs } from '../../../../lib/domain/time.ts';

/** `2026-11-20T12:00:00.000Z`: XML. */
export const iso = (at: EpochMs): string => new Date(at).toISOString();

/** Seconds with a fraction: JSON. */
export const epochSeconds = (at: EpochMs): number => at / 1000;

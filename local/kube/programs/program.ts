/** A program that runs in a container, works for a while, prints and ends. */
import type { Cluster } from '../cluster.ts';

export interface Started {
  readonly cluster: Cluster;
  readonly node: string;
  readonly pod: string;
  /** Command and arguments as they stand in the pod. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly exitCode: number;
  /** All that it printed. */
  readonly log: string;
  /** It leaves its node about to boot. */
  readonly reboots?: true;
}

export interface Program {
  /** Our estimates of what the real ones take on a small cluster. */
  durationMs(words: Started['words']): number;
  run(started: Started): Ended;
}

/** The value of `--option value` or `--option=value`; shells keep both as they are. */
export function optionOf(words: readonly string[], option: string): string | undefined {
  const all = words.flatMap((word) => word.split(/\s+/));
  const at = all.findIndex((word) => word === option || word.startsWith(`${option}=`));
  const found = all[at];
  return found === option ? all[at + 1] : found?.slice(option.length + 1);
}

export const hasWord = (words: readonly string[], wanted: string): boolean =>
  words.some((word) => word.split(/\s+/).includes(wanted));

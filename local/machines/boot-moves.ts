/** The moves of a booting machine: on to the next stage, waiting, failing. All of it shows on its console. */
import type { EpochMs } from '../../lib/domain/time.ts';
import type { SecondsRange } from '../clouds/kit/chance.ts';
import type { Boot, BootStage } from './machine-records.ts';
import type { World } from './world.ts';

/** Machine seconds from the beginning of a stage to its outcome, when nothing stops it. Our estimates. */
const DURATIONS = {
  starting: [8, 20],
  network: [1, 3],
  packages: [25, 60],
  secret: [1, 4],
  kubeadm: [3, 8],
  'static-pods': [20, 45],
  endpoint: [1, 3],
  'etcd-join': [2, 6],
  'etcd-start': [5, 15],
  'etcd-promotion': [3, 10],
  'tls-bootstrap': [6, 18],
} as const satisfies Partial<Record<BootStage, SecondsRange>>;

export type ActiveStage = keyof typeof DURATIONS;

export const isActive = (stage: BootStage): stage is ActiveStage => Object.hasOwn(DURATIONS, stage);

const RETRY_MS = 5_000;

export function say(world: World, { instance }: Boot, atMs: EpochMs, ...lines: readonly string[]): void {
  for (const line of lines) world.host.console(instance.id, atMs, line);
}

export const durationOf = ({ chance }: World, instanceId: string, stage: ActiveStage): number =>
  chance.milliseconds(`${instanceId}/${stage}`, DURATIONS[stage]);

export function moveOn(world: World, boot: Boot, stage: ActiveStage, atMs: EpochMs): Boot {
  const { waitsFor: _said, ...rest } = boot;
  return { ...rest, stage, since: atMs, nextAt: atMs + durationOf(world, boot.instance.id, stage) };
}

/** Nothing more will happen by itself. */
export function settled(boot: Boot, stage: 'joined' | 'idle' | 'failed', atMs: EpochMs): Boot {
  const { waitsFor: _said, nextAt: _next, secretFiles: _files, ...rest } = boot;
  return { ...rest, stage, since: atMs };
}

/** The last line on the console is that of its own scripts, where they end with one. */
export function failed(world: World, boot: Boot, atMs: EpochMs, why: string): Boot {
  say(world, boot, atMs, ...why.split('\n'));
  if (boot.plan?.isMarked) say(world, boot, atMs, `SLIP-BOOT-FAIL ${stepOf(boot.stage)}`);
  return settled(boot, 'failed', atMs);
}

/** As kubeadm ends when a phase of it fails. */
function stepOf(stage: BootStage): string {
  if (stage === 'secret') return 'files';
  return stage === 'network' || stage === 'packages' ? stage : 'kubeadm';
}

export const kubeadmFailed = (world: World, boot: Boot, atMs: EpochMs, phase: string, why: string): Boot =>
  failed(
    world,
    boot,
    atMs,
    `error execution phase ${phase}: ${why}\nTo see the stack trace of this error execute with --v=5 or higher`,
  );

export interface Wait {
  readonly why: string;
  /** Milliseconds since the stage began; absent: it waits for ever. */
  readonly atMostMs?: number;
  readonly otherwise: (why: string) => Boot;
}

/** Tries again soon. What it waits for is said when it changes, not at every try. */
export function waitFor(world: World, boot: Boot, atMs: EpochMs, { why, atMostMs, otherwise }: Wait): Boot {
  if (atMostMs !== undefined && atMs >= boot.since + atMostMs) return otherwise(why);
  if (boot.waitsFor !== why) say(world, boot, atMs, why);
  // Without a deadline nothing is lost by looking at the present only.
  const from = atMostMs === undefined ? Math.max(atMs, world.clock.now()) : atMs;
  return { ...boot, waitsFor: why, nextAt: from + RETRY_MS };
}

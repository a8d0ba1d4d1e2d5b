/**
 * A pack that is a chart: the helm program installs it, watches it until it is ready and takes it back when it is not.
 * Flags are those of Helm 4, where `--atomic` became `--rollback-on-failure`: https://helm.sh/docs/overview/
 * A run that a restart cut short leaves the release pending, and helm refuses to go on: such a release is put back first.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DefinedPack, PackReport } from '../../lib/domain/agent.ts';
import { canonical } from '../../lib/domain/canonical.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { jsonOf } from '../json.ts';
import type { Helm, ProgramResult } from '../ports.ts';
import type { ChartInventory, Inventories } from './inventory.ts';
import { packReport } from './outcome.ts';

/** For all of a chart's objects to become ready. Our choice. */
const TIMEOUT = '10m';
/** Revisions that helm keeps, each a Secret of up to a megabyte. */
const HISTORY = '5';

export interface ChartDeps {
  readonly helm: Helm;
  readonly inventories: Inventories;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

type ChartPack = Extract<DefinedPack, { kind: 'chart' }>;
type Release = Pick<ChartPack, 'namespace' | 'release'>;

const Status = z.object({ info: z.object({ status: z.string() }) });

export async function applyChart(
  deps: ChartDeps,
  pack: ChartPack,
  before: ChartInventory | undefined,
): Promise<PackReport> {
  const { name: _name, version: _version, kind: _kind, ...asked } = pack;
  const digest = createHash('sha256').update(canonical(asked)).digest('hex');
  const { namespace, release } = pack;
  const inventory: ChartInventory = { kind: 'chart', namespace, release };
  if (before !== undefined && (before.namespace !== namespace || before.release !== release)) {
    const removed = await removeChart(deps, before);
    if (removed !== undefined) return packReport(pack, 'Failed', removed);
  }
  const status = await statusOf(deps, pack);
  if (before?.installed === digest && status === 'deployed') {
    // It was to go and came back: the next time it has to be said again.
    if (before.preview !== undefined)
      await deps.inventories.save(pack.name, { ...inventory, installed: digest });
    return packReport(pack, 'Ready');
  }
  const saved = await deps.inventories.save(pack.name, inventory);
  if (!saved.ok) return packReport(pack, 'Installing', saved.error.message);
  await putBack(deps, pack, status);
  const result = await upgrade(deps, pack);
  if (result.exitCode !== 0) return packReport(pack, 'Failed', lastLine(result));
  const done = await deps.inventories.save(pack.name, { ...inventory, installed: digest });
  return done.ok ? packReport(pack, 'Ready') : packReport(pack, 'Installing', done.error.message);
}

/** What went wrong; `undefined`: it is gone. */
export async function removeChart(
  deps: ChartDeps,
  { namespace, release }: Release,
): Promise<string | undefined> {
  deps.log.info('Uninstalling chart', { namespace, release });
  const args = [
    'uninstall',
    release,
    '--namespace',
    namespace,
    '--ignore-not-found',
    '--wait',
    '--timeout',
    TIMEOUT,
  ];
  const result = await deps.helm({ args, signal: deps.signal });
  return result.exitCode === 0 ? undefined : lastLine(result);
}

function upgrade({ helm, log, signal }: ChartDeps, pack: ChartPack): Promise<ProgramResult> {
  const { release, namespace, chartVersion, values } = pack;
  log.info('Installing chart', { namespace, release, chart: pack.chart, chartVersion });
  const args = [
    'upgrade',
    release,
    ...source(pack),
    '--install',
    ...['--namespace', namespace, '--create-namespace'],
    ...['--version', chartVersion],
    ...['--rollback-on-failure', '--wait=watcher', '--timeout', TIMEOUT],
    ...['--history-max', HISTORY],
  ];
  return helm({ args, values: JSON.stringify(values), signal });
}

/** `oci://registry/path/chart` is one reference; a chart of an HTTP repository is named beside it. */
function source({ repository, chart }: ChartPack): readonly string[] {
  if (repository.startsWith('oci://')) return [`${repository.replace(/\/$/, '')}/${chart}`];
  return [chart, '--repo', repository];
}

/** `deployed`, `failed`, `pending-upgrade`...; `undefined`: no such release, or helm cannot say. */
async function statusOf(
  { helm, signal }: ChartDeps,
  { namespace, release }: Release,
): Promise<string | undefined> {
  const result = await helm({
    args: ['status', release, '--namespace', namespace, '--output', 'json'],
    signal,
  });
  if (result.exitCode !== 0) return undefined;
  const parsed = Status.safeParse(jsonOf(result.stdout));
  return parsed.success ? parsed.data.info.status : undefined;
}

async function putBack(deps: ChartDeps, release: Release, status: string | undefined): Promise<void> {
  const { namespace } = release;
  if (status === 'pending-install') await removeChart(deps, release);
  if (status === 'pending-upgrade' || status === 'pending-rollback') {
    deps.log.warn('A release was left half way', { namespace, release: release.release, status });
    await deps.helm({ args: ['rollback', release.release, '--namespace', namespace], signal: deps.signal });
  }
}

/** Helm's errors are one line; what comes before are warnings. */
function lastLine({ stderr, exitCode }: ProgramResult): string {
  return stderr.trim().split('\n').at(-1) || `helm ended with ${exitCode}`;
}

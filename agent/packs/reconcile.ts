/**
 * One pass over all packs: those of the definition in their order, then those that are no longer in it. One pack's failure
 * does not keep the others from being installed.
 */
import type { DefinedPack, Definition, PackReport } from '../../lib/domain/agent.ts';
import { applyChart, type ChartDeps, removeChart } from './chart.ts';
import type { ChartInventory, Inventory, ManifestInventory } from './inventory.ts';
import { applyManifests, type ManifestDeps, prune } from './manifests.ts';
import { packReport } from './outcome.ts';
import { PREVIEW_MS } from './prune.ts';

export type PackDeps = ManifestDeps & ChartDeps;

export interface PackPass {
  readonly reports: readonly PackReport[];
  /** Pack by `namespace/release`. */
  readonly releases: ReadonlyMap<string, string>;
}

/** `undefined`: what is installed cannot be read now, so nothing was done. */
export async function reconcilePacks(deps: PackDeps, { packs }: Definition): Promise<PackPass | undefined> {
  const known = await deps.inventories.all();
  if (!known.ok) {
    deps.log.warn('Cannot read what is installed', {
      reason: known.error.reason,
      message: known.error.message,
    });
    return undefined;
  }
  const reports: PackReport[] = [];
  for (const pack of packs) reports.push(await onePack(deps, pack, known.value.get(pack.name)));
  const wanted = new Set(packs.map(({ name }) => name));
  for (const [name, inventory] of known.value) {
    if (!wanted.has(name)) reports.push(...(await removePack(deps, name, inventory)));
  }
  return { reports, releases: releasesOf(packs) };
}

/** A pack that turned from objects into a chart, or back, is another one: the old one goes first. */
async function onePack(
  deps: PackDeps,
  pack: DefinedPack,
  before: Inventory | undefined,
): Promise<PackReport> {
  if (before !== undefined && before.kind !== pack.kind) {
    const [left] = await removePack(deps, pack.name, before);
    if (left !== undefined) return packReport(pack, 'Installing', left.message);
  }
  switch (pack.kind) {
    case 'manifests':
      return applyManifests(deps, pack, before?.kind === 'manifests' ? before : undefined);
    case 'chart':
      return applyChart(deps, pack, before?.kind === 'chart' ? before : undefined);
  }
}

/** Empty when nothing is left of it. */
async function removePack(
  deps: PackDeps,
  name: string,
  inventory: Inventory,
): Promise<readonly PackReport[]> {
  const message =
    inventory.kind === 'chart'
      ? await removeChartPack(deps, name, inventory)
      : await removeManifestPack(deps, name, inventory);
  if (message !== undefined) return [packReport({ name, version: '-' }, 'Removing', message)];
  const forgotten = await deps.inventories.remove(name);
  return forgotten.ok ? [] : [packReport({ name, version: '-' }, 'Removing', forgotten.error.message)];
}

async function removeManifestPack(deps: PackDeps, name: string, inventory: ManifestInventory) {
  const pruned = await prune(deps, name, { had: inventory.objects, wanted: [], preview: inventory.preview });
  return pruned.done ? undefined : (pruned.message ?? 'Is being removed.');
}

/** A whole release is more than half of itself: said first, done later. */
async function removeChartPack(
  deps: PackDeps,
  name: string,
  inventory: ChartInventory,
): Promise<string | undefined> {
  const { namespace, release, preview } = inventory;
  const nowMs = deps.clock.now();
  if (preview === undefined) {
    deps.log.info('Would uninstall chart', { pack: name, namespace, release });
    await deps.inventories.save(name, { ...inventory, preview: { digest: release, atMs: nowMs } });
  }
  if (preview === undefined || nowMs - preview.atMs < PREVIEW_MS)
    return `Will uninstall ${namespace}/${release}.`;
  return removeChart(deps, inventory);
}

const releasesOf = (packs: readonly DefinedPack[]): ReadonlyMap<string, string> =>
  new Map(
    packs.flatMap((pack) =>
      pack.kind === 'chart' ? [[`${pack.namespace}/${pack.release}`, pack.name] as const] : [],
    ),
  );

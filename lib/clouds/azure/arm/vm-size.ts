/** A virtual machine size read off Azure's SKU list: capabilities are strings, restrictions a list of refusals. */
import type { ResourceSku } from '@azure/arm-compute';
import type { VmSize } from '../catalog.ts';

export function toSize(sku: ResourceSku, region: string): VmSize {
  const capability = (name: string) => sku.capabilities?.find((one) => one.name === name)?.value;
  const refusals = sku.restrictions ?? [];
  const refusedZones = new Set(
    refusals
      .filter(({ type }) => type === 'Zone')
      .flatMap(({ restrictionInfo }) => restrictionInfo?.zones ?? []),
  );
  const here = sku.locationInfo?.find(({ location }) => location?.toLowerCase() === region.toLowerCase());
  return {
    name: sku.name ?? '',
    family: sku.family ?? '',
    vCpus: Number(capability('vCPUs') ?? 0),
    memoryGiB: Number(capability('MemoryGB') ?? 0),
    gpus: Number(capability('GPUs') ?? 0),
    premiumStorage: capability('PremiumIO')?.toLowerCase() === 'true',
    zones: (here?.zones ?? []).filter((zone) => !refusedZones.has(zone)).sort(),
    restricted: refusals.some(({ type }) => type === 'Location'),
  };
}

/** OS disks of nodes (A144, A145, A165). Whether a type suits the instance type is the cloud's to say. */
import { violation } from '../../domain/findings.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { type Read, read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';

export interface DiskRules {
  readonly types: readonly string[];
  readonly minGiB: number;
  readonly maxGiB: number;
}

export const DEFAULT_DISK_GIB = 60;

export function readDisk(given: PoolInput['disk'], rules: DiskRules, path: string): Read<PoolSpec['disk']> {
  const { types, minGiB, maxGiB } = rules;
  const type = given?.type;
  const sizeGiB = given?.sizeGiB === undefined ? DEFAULT_DISK_GIB : given.sizeGiB;
  const isType = typeof type === 'string' && types.includes(type);
  const isSize =
    typeof sizeGiB === 'number' && Number.isInteger(sizeGiB) && sizeGiB >= minGiB && sizeGiB <= maxGiB;
  const sizeMessage = `sizeGiB is a whole number from ${minGiB} to ${maxGiB}.`;
  return read(
    { ...(isType ? { type } : {}), sizeGiB: isSize ? sizeGiB : DEFAULT_DISK_GIB },
    ...(type === undefined || isType
      ? []
      : [violation('DISK_TYPE_INVALID', `${path}/type`, `Disk types are ${types.join(', ')}.`)]),
    ...(isSize ? [] : [violation('DISK_SIZE_INVALID', `${path}/sizeGiB`, sizeMessage)]),
  );
}

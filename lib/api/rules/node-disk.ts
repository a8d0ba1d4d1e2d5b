/** OS disks of nodes (A144, A145). Whether a type suits the instance type is the cloud's to say. */
import { violation } from '../../domain/findings.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { type Read, read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';

/** https://learn.microsoft.com/azure/virtual-machines/disks-types ; the last three are newer than the first three. */
const DISK_TYPES = [
  'Standard_LRS',
  'StandardSSD_LRS',
  'Premium_LRS',
  'StandardSSD_ZRS',
  'Premium_ZRS',
  'PremiumV2_LRS',
];
/** The AKS node image needs 30 GiB; ARM takes 2048 at most for an OS disk of an agent pool. */
const MIN_GIB = 30;
const MAX_GIB = 2_048;
export const DEFAULT_DISK_GIB = 60;

export function readDisk(given: PoolInput['disk'], path: string): Read<PoolSpec['disk']> {
  const type = given?.type;
  const sizeGiB = given?.sizeGiB === undefined ? DEFAULT_DISK_GIB : given.sizeGiB;
  const isType = typeof type === 'string' && DISK_TYPES.includes(type);
  const isSize =
    typeof sizeGiB === 'number' && Number.isInteger(sizeGiB) && sizeGiB >= MIN_GIB && sizeGiB <= MAX_GIB;
  const findings = [
    ...(type === undefined || isType
      ? []
      : [violation('DISK_TYPE_INVALID', `${path}/type`, `Disk types are ${DISK_TYPES.join(', ')}.`)]),
    ...(isSize
      ? []
      : [
          violation(
            'DISK_SIZE_INVALID',
            `${path}/sizeGiB`,
            `sizeGiB is a whole number from ${MIN_GIB} to ${MAX_GIB}.`,
          ),
        ]),
  ];
  return read({ ...(isType ? { type } : {}), sizeGiB: isSize ? sizeGiB : DEFAULT_DISK_GIB }, ...findings);
}

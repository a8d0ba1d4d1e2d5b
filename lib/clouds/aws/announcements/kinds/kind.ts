/** What one kind of EventBridge message says about machines. One file per kind beside this one. */
import { z } from 'zod';
import type { MachineNotice } from '../../../../domain/cluster.ts';

export interface Said {
  readonly machineId: string;
  readonly notice: Omit<MachineNotice, 'at'>;
}

/** `undefined`: the detail is not of this kind's shape. An empty list: nothing that a pool acts on. */
export type ReadDetail = (detail: unknown) => readonly Said[] | undefined;

export const InstanceId = z.string().regex(/^i-[0-9a-f]{8,17}$/);

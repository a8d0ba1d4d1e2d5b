/** From a message of the queue to what it says: the EventBridge envelope, then the kind that its `detail-type` names. */
import { z } from 'zod';
import type { MachineNotice } from '../../../domain/cluster.ts';
import { toEpochMs, toInstant } from '../../../domain/time.ts';
import { readInterruption } from './kinds/interruption.ts';
import type { ReadDetail } from './kinds/kind.ts';
import { readMaintenance } from './kinds/maintenance.ts';
import { readRebalance } from './kinds/rebalance.ts';
import { readStateChange } from './kinds/state-change.ts';

const KINDS: Readonly<Record<string, ReadDetail>> = {
  'EC2 Spot Instance Interruption Warning': readInterruption,
  'EC2 Instance Rebalance Recommendation': readRebalance,
  'EC2 Instance State-change Notification': readStateChange,
  'AWS Health Event': readMaintenance,
};

const Envelope = z.object({
  'detail-type': z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.unknown(),
});

export interface SaidOfMachine {
  readonly machineId: string;
  readonly notice: MachineNotice;
}

/** `undefined`: this is no message that we know how to read. */
export function readMessage(body: string): readonly SaidOfMachine[] | undefined {
  const envelope = Envelope.safeParse(json(body));
  if (!envelope.success) return undefined;
  const { 'detail-type': kind, time, detail } = envelope.data;
  const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  const at = toInstant(toEpochMs(time));
  return read?.(detail)?.map(({ machineId, notice }) => ({ machineId, notice: { ...notice, at } }));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

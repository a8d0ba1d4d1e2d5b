/** The life of a NAT gateway as a function of time. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { NatGateway } from './model.ts';

export type NatState = 'pending' | 'failed' | 'available' | 'deleting' | 'deleted';

export function natState({ readyAt, failure, deletingAt, goneAt }: NatGateway, now: EpochMs): NatState {
  if (deletingAt !== undefined) return goneAt !== undefined && now >= goneAt ? 'deleted' : 'deleting';
  if (failure && now >= failure.at) return 'failed';
  return now < readyAt ? 'pending' : 'available';
}

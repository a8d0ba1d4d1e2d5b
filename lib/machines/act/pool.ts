/** Carries out what a pool's planner decided. Everything may be repeated. */
import type { Result } from '../../domain/errors.ts';
import type { Acted } from '../../domain/plan.ts';
import type { PoolAction, PoolDesired } from '../plan/model.ts';
import type { MachineContext } from '../port.ts';
import { drainVictims } from './drain.ts';
import { moveLeader, removeEtcdMember, saveEtcd } from './etcd.ts';
import { launchMachines } from './launch.ts';
import { attachMachines, detachMachines, endMachines, endStuck, endVictim } from './machines.ts';
import { extendTokens, openNodes, removeNodes, settleJoined, shapeNodes, withdrawTokens } from './nodes.ts';

export async function actOnPool(
  ctx: MachineContext,
  desired: PoolDesired,
  action: PoolAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'add-machines':
      return launchMachines(ctx, desired, action);
    case 'remove-machines':
      return endMachines(ctx, desired, action);
    case 'remove-stuck':
      return endStuck(ctx, action);
    case 'remove-nodes':
      return removeNodes(ctx, action);
    case 'drain':
      return drainVictims(ctx, desired, action);
    case 'settle-joined':
      return settleJoined(ctx, desired, action);
    case 'withdraw':
      return withdrawTokens(ctx, desired, action);
    case 'extend':
      return extendTokens(ctx, action);
    case 'open':
      return openNodes(ctx, action);
    case 'shape':
      return shapeNodes(ctx, desired, action);
    case 'attach':
      return attachMachines(ctx, action);
    case 'detach':
      return detachMachines(ctx, action);
    case 'save-etcd':
      return saveEtcd(ctx, action);
    case 'move-leader':
      return moveLeader(ctx, action);
    case 'remove-etcd-member':
      return removeEtcdMember(ctx, action);
    case 'end':
      return endVictim(ctx, action);
  }
}

/** Ports of a pass whose writes may be refused, or take effect without an answer. Reads are always answered. */
import { type CloudError, fail, type Result } from '../../lib/domain/errors.ts';
import type { SelfManagedApi } from '../../lib/kube/self-managed.ts';
import type { MachinePort } from '../../lib/machines/port.ts';

/** What happens to one write: `lost` takes effect and is not answered. */
export type Fate = 'fine' | 'lost' | 'refused';

const NO_ANSWER: CloudError = {
  code: 'Unavailable',
  message: 'ServiceUnavailable: no answer',
  source: 'test:Timeout',
  outcomeUnknown: true,
};

export async function fated<T>(fate: Fate, write: () => Promise<Result<T>>): Promise<Result<T>> {
  if (fate === 'refused') return fail({ ...NO_ANSWER, outcomeUnknown: false });
  const answer = await write();
  return fate === 'lost' ? fail(NO_ANSWER) : answer;
}

export function faultyMachines(machines: MachinePort, fate: (operation: string) => Fate): MachinePort {
  return {
    list: () => machines.list(),
    targets: () => machines.targets(),
    prices: (type) => machines.prices(type),
    consoleTail: (machine) => machines.consoleTail(machine),
    launch: (order) => fated(fate('launch'), () => machines.launch(order)),
    terminate: (some) => fated(fate('terminate'), () => machines.terminate(some)),
    attach: (machine) => fated(fate('attach'), () => machines.attach(machine)),
    detach: (machine) => fated(fate('detach'), () => machines.detach(machine)),
  };
}

export function faultyApi(api: SelfManagedApi, fate: (operation: string) => Fate): SelfManagedApi {
  return {
    version: () => api.version(),
    ready: () => api.ready(),
    listNodes: () => api.listNodes(),
    controlPlanePods: () => api.controlPlanePods(),
    etcdMembers: (via) => api.etcdMembers(via),
    volumesAttachedTo: (node) => api.volumesAttachedTo(node),
    read: (object) => api.read(object),
    daemonSets: () => api.daemonSets(),
    cordon: (node) => fated(fate('cordon'), () => api.cordon(node)),
    uncordon: (node) => fated(fate('uncordon'), () => api.uncordon(node)),
    drain: (node, options) => fated(fate('drain'), () => api.drain(node, options)),
    apply: (object) => fated(fate('apply'), () => api.apply(object)),
    remove: (object) => fated(fate('remove'), () => api.remove(object)),
    removeEtcdMember: (via, id) => fated(fate('removeEtcdMember'), () => api.removeEtcdMember(via, id)),
    moveEtcdLeader: (via, id) => fated(fate('moveEtcdLeader'), () => api.moveEtcdLeader(via, id)),
    saveEtcd: (via) => fated(fate('saveEtcd'), () => api.saveEtcd(via)),
    deleteNode: (node) => fated(fate('deleteNode'), () => api.deleteNode(node)),
    shapeNode: (node, shape) => fated(fate('shapeNode'), () => api.shapeNode(node, shape)),
    putJoinToken: (token) => fated(fate('putJoinToken'), () => api.putJoinToken(token)),
    removeJoinToken: (id) => fated(fate('removeJoinToken'), () => api.removeJoinToken(id)),
  };
}

/** Opens the API of a cluster whose control plane we run: everything a workload API has, and what only we may ask. */
import { ok } from '../domain/errors.ts';
import { objectAccess } from './apply.ts';
import { kubeClient } from './client.ts';
import { type ConnectOptions, clientOptions, workloadApi } from './connect.ts';
import { isReady, listControlPlanePods, listDaemonSets, listVolumesAttachedTo } from './control-plane.ts';
import { etcdThrough } from './etcd.ts';
import type { ClientOptions } from './gate.ts';
import { deleteJoinToken, joinTokenSecret } from './join-tokens.ts';
import type { ConnectSelfManaged, SelfManagedApi } from './self-managed.ts';
import { deleteNode, shapeNode } from './shape-node.ts';

export function connectSelfManaged(options: ConnectOptions): ConnectSelfManaged {
  return (kubeconfig) => {
    const client = clientOptions(options, kubeconfig);
    return client.ok ? ok(selfManagedApi(client.value)) : client;
  };
}

function selfManagedApi(options: ClientOptions): SelfManagedApi {
  const client = kubeClient(options);
  const objects = objectAccess(client);
  const etcd = etcdThrough(options);
  return {
    ...workloadApi(client),
    apply: objects.apply,
    read: objects.read,
    remove: objects.remove,
    ready: () => isReady(client),
    controlPlanePods: () => listControlPlanePods(client),
    etcdMembers: etcd.members,
    removeEtcdMember: etcd.remove,
    moveEtcdLeader: etcd.moveLeader,
    saveEtcd: etcd.save,
    deleteNode: (name) => deleteNode(client, name),
    shapeNode: (name, shape) => shapeNode(client, name, shape),
    putJoinToken: (token) => objects.apply(joinTokenSecret(token)),
    removeJoinToken: (id) => deleteJoinToken(client, id),
    volumesAttachedTo: (node) => listVolumesAttachedTo(client, node),
    daemonSets: () => listDaemonSets(client),
  };
}

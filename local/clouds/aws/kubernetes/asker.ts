/**
 * A program of Kubernetes that runs on an instance: it acts with the rights of the instance's role, and knows its cluster
 * by the instance's tag `kubernetes.io/cluster/<key>`, as the cloud controller does.
 */

import type { Instance } from '../compute/model.ts';
import { livingInstances } from '../compute/store.ts';
import type { Call, ServiceName } from '../core/call.ts';
import type { Operations, Reply } from '../core/operation.ts';
import type { World } from '../core/world.ts';
import { roleOfInstance } from '../identity/instance-role.ts';
import { roleVerdict } from '../identity/role-verdict.ts';
import type { Role } from '../identity/store.ts';
import { SERVICES } from '../wire/services.ts';

const CLUSTER = 'kubernetes.io/cluster/';

export interface Asker {
  readonly instance: Instance;
  readonly role: Role;
  /** `kubernetes.io/cluster/shop-1a2b3c` */
  readonly clusterTag: string;
}

/** `undefined`: nothing runs there, without rights, or the instance says of no cluster that it is its own. */
export function askerOn(world: World, instanceId: string): Asker | undefined {
  const instance = livingInstances(world).find(({ id }) => id === instanceId);
  const role = instance && roleOfInstance(world, instance);
  const clusterTag = Object.keys(instance?.tags ?? {}).find((key) => key.startsWith(CLUSTER));
  return instance && role && clusterTag !== undefined ? { instance, role, clusterTag } : undefined;
}

/** All of them. */
export const may = ({ role }: Asker, actions: readonly string[]): boolean =>
  actions.every((action) => roleVerdict(role, { action, resource: '*', context: {} }) === 'allowed');

/** As one that was let in. `operation` is what it does, not more than a name here. */
export function callOf(
  world: World,
  { instance, role }: Asker,
  service: ServiceName,
  operation: string,
): Call {
  const { account, region, id } = instance;
  const nowMs = world.clock.now();
  return {
    account,
    region,
    service,
    operation,
    caller: { accessKeyId: `ASIA${id}`, account, arn: role.arn, userId: role.id },
    params: {},
    nowMs,
    requestId: `${id}/${operation}/${nowMs}`,
  };
}

/** Throws AwsFault as the service would refuse it. */
export function ask(world: World, call: Call, operations: Operations, params: object): Reply {
  const operation = operations[call.operation];
  if (!operation) throw new Error(`There is no operation ${call.operation}`);
  return operation.prepare({ ...call, params }, SERVICES[call.service].manner.words).run(world);
}

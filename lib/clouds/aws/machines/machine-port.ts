/** MachinePort over EC2 and the load balancer: the machines of one cluster, by its tags. */
import type { ClusterView, Tags } from '../../../domain/cluster.ts';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import type { MachinePrices } from '../../../domain/prices.ts';
import type { Machine, MachineOrder, MachinePort } from '../../../machines/port.ts';
import { clientToken, machineName } from '../names.ts';
import { ATTEMPT_TAG, kubernetesTag, NODE_TAG, POOL_TAG, SPEC_TAG, tagsFor } from '../tags.ts';
import { consoleTail } from './console-tail.ts';
import { type MachineTemplate, readTemplate } from './machine-cloud.ts';
import type { InstanceOrder, InstanceSeen, InstancesPort } from './port.ts';
import type { Targets } from './targets.ts';

export interface MachineParts {
  readonly view: ClusterView;
  readonly instances: InstancesPort;
  readonly targets: () => Targets;
  readonly prices: (instanceType: string) => Promise<Result<MachinePrices>>;
}

export function openMachines({ view, instances, targets, prices }: MachineParts): MachinePort {
  return {
    async list() {
      const seen = await instances.list();
      return seen.ok ? ok(seen.value.flatMap(toMachine)) : seen;
    },
    launch: (order) => launch(view, instances, order),
    terminate: (machines) => instances.terminate(machines.map(({ id }) => id)),
    async consoleTail({ id }) {
      const output = await instances.console(id);
      if (!output.ok || output.value === undefined) return output;
      return ok(consoleTail(output.value));
    },
    attach: ({ id }) => targets().attach(id),
    detach: ({ id }) => targets().detach(id),
    targets: () => targets().health(),
    prices,
  };
}

async function launch(
  view: ClusterView,
  instances: InstancesPort,
  order: MachineOrder,
): Promise<Result<Machine>> {
  const template = readTemplate(order.template);
  const subnetId = template.subnets[order.zone];
  if (subnetId === undefined) {
    return fail({
      code: 'InvalidRequest',
      message: `The cluster has no subnet in zone ${order.zone}.`,
      source: 'aws:ec2.runInstances:NoSubnet',
    });
  }
  const tags = machineTags(view, template.role, order);
  const started = await instances.run(instanceOrder(view, order, { template, subnetId, tags }));
  if (!started.ok) return started;
  // The answer may say nothing of tags yet; they are what was just asked for.
  const [machine] = toMachine({ ...started.value, tags });
  if (machine) return ok(machine);
  throw new Error('A machine without the tags of its own order');
}

function instanceOrder(
  view: ClusterView,
  { pool, index, attempt, capacity, maxPriceUsd, userData }: MachineOrder,
  {
    template,
    subnetId,
    tags,
  }: { readonly template: MachineTemplate; readonly subnetId: string; readonly tags: Tags },
): InstanceOrder {
  const { imageId, keyName, instanceType, root, groupIds, profile, hopLimit } = template;
  return {
    token: clientToken(view, 'machine', pool, index, attempt),
    imageId,
    keyName,
    instanceType,
    root,
    groupIds,
    profile,
    hopLimit,
    subnetId,
    publicIp: false,
    userData,
    tags,
    ...(capacity === 'spot' ? { spotMaxUsd: maxPriceUsd ?? '' } : {}),
  };
}

function machineTags(view: ClusterView, role: MachineTemplate['role'], order: MachineOrder): Tags {
  return tagsFor(view, role, machineName(view, order), {
    [POOL_TAG]: order.pool,
    [NODE_TAG]: String(order.index),
    [ATTEMPT_TAG]: String(order.attempt),
    [SPEC_TAG]: order.revision,
    [kubernetesTag(view)]: 'owned',
  });
}

/** None for instances that are no machines of a pool, such as the bastion. */
function toMachine(instance: InstanceSeen): readonly Machine[] {
  const { tags, id, zone, state, instanceType, launchedAt, privateName, endedBecause } = instance;
  const pool = tags[POOL_TAG];
  const index = Number(tags[NODE_TAG]);
  const attempt = Number(tags[ATTEMPT_TAG]);
  if (pool === undefined || !Number.isInteger(index) || !Number.isInteger(attempt)) return [];
  return [
    {
      pool,
      index,
      attempt,
      id,
      name: tags.Name ?? id,
      revision: tags[SPEC_TAG] ?? '',
      zone,
      capacity: instance.spot ? 'spot' : 'on-demand',
      instanceType,
      state,
      providerId: `aws:///${zone}/${id}`,
      launchedAt,
      ...(privateName === undefined ? {} : { nodeName: privateName }),
      ...(endedBecause === undefined ? {} : { endedBecause }),
    },
  ];
}

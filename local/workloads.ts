/**
 * Joins the simulated clouds and the simulated Kubernetes: machines of the one are nodes of the other. Both run on
 * cloud time. Clusters are known to Kubernetes by the uid that their cloud gave them.
 */

import type { Taint } from '../lib/domain/pool.ts';
import { findVmSize } from './clouds/azure/catalogue.ts';
import type { AzureSimulator } from './clouds/azure/simulator.ts';
import type { SimulatedMachine as AzureMachine, SimulatedCluster } from './clouds/azure/workloads.ts';
import type { CloudClock } from './clouds/kit/clock.ts';
import type { MachineSource, SimulatedMachine } from './kube/port.ts';

const GIB = 1024 ** 3;

/** `azure` is asked late, because the two sides need each other to be made. */
export function azureMachines(azure: () => AzureSimulator, clock: CloudClock): MachineSource {
  const serving = (uid: string): SimulatedCluster | undefined => {
    const cluster = azure().cluster(uid);
    return cluster?.isUp ? cluster : undefined;
  };
  return {
    machines(uid) {
      const cluster = serving(uid);
      return (
        cluster &&
        azure()
          .machines(cluster.id)
          .map((machine) => nodeMachine(cluster, machine, clock.now()))
      );
    },
    version(uid) {
      const version = serving(uid)?.version;
      return version === undefined ? undefined : `v${version}`;
    },
  };
}

/** Clusters have uids that no two clouds share: the first source that knows one speaks for it. */
export function ofAnyCloud(managed: MachineSource, selfManaged: () => MachineSource): MachineSource {
  return {
    machines: (uid) => managed.machines(uid) ?? selfManaged().machines(uid),
    version: (uid) => managed.version(uid) ?? selfManaged().version(uid),
    selfManaged: (uid) => selfManaged().selfManaged?.(uid),
  };
}

function nodeMachine(cluster: SimulatedCluster, machine: AzureMachine, nowMs: number): SimulatedMachine {
  const size = findVmSize(machine.instanceType);
  return {
    name: machine.name,
    pool: machine.pool,
    agentPool: machine.pool,
    ...(machine.zone === undefined ? {} : { zone: machine.zone }),
    region: cluster.location,
    instanceType: machine.instanceType,
    providerId: machine.providerId,
    kubeletVersion: `v${machine.version}`,
    // A machine that is being deleted is still a node until it is gone.
    state: machine.joinsAt <= nowMs ? 'joined' : 'starting',
    joinedAt: machine.joinsAt,
    labels: machine.labels,
    taints: machine.taints.map(taintOf),
    cpuMilli: (size?.vCpus ?? 2) * 1000,
    memoryBytes: (size?.memoryGiB ?? 4) * GIB,
    system: machine.labels['kubernetes.azure.com/mode'] === 'system',
  };
}

function taintOf({ key, value, effect }: AzureMachine['taints'][number]): Taint {
  return { key, ...(value === undefined ? {} : { value }), effect: effectOf(effect) };
}

function effectOf(effect: string): Taint['effect'] {
  return effect === 'NoExecute' || effect === 'PreferNoSchedule' ? effect : 'NoSchedule';
}

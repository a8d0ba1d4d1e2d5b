/**
 * The cloud controller of a self-managed cluster, for as long as one runs there: it tells nodes what their cloud knows
 * of them, deletes those whose instance is gone, and makes load balancers for services.
 * https://kubernetes.io/docs/concepts/architecture/cloud-controller/
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import { type Cluster, drop, keep, stored } from './cluster.ts';
import { silentSince } from './node-conditions.ts';
import { mark } from './node-marks.ts';
import { deleteNode, node } from './nodes.ts';
import { type ApiObject, child } from './object.ts';
import { runningContainers } from './pods.ts';
import type { BalancedService, SelfManagedCluster, SimulatedMachine } from './port.ts';
import { resource } from './resources.ts';

/** How often it looks after nodes that are not Ready (`--node-monitor-period`). */
const LOOKS_EVERY_MS = 5_000;
const CLEAN_UP = 'service.kubernetes.io/load-balancer-cleanup';
const SERVICES = resource('services');

const Annotations = z.record(z.string(), z.string()).catch({});
const Ports = z.array(z.object({ port: z.number(), nodePort: z.number().optional() })).catch([]);

export function runCloudController(cluster: Cluster): void {
  const { selfManaged } = cluster;
  if (selfManaged === undefined || !isRunning(cluster)) return;
  for (const machine of cluster.machines) {
    if (machine.kubeadm?.awaitsCloud && machine.kubeadm.instance === 'exists') {
      mark(cluster, 'cloud-controller', machine, cluster.nowMs);
    }
    if (forgottenAt(machine) <= cluster.nowMs && node(cluster, machine.name) !== undefined) {
      deleteNode(cluster, machine.name);
    }
  }
  for (const service of stored(cluster, SERVICES)) balance(cluster, selfManaged, service);
}

/** When it deletes the machine's node; never while the cloud has the instance, stopped ones included. */
export const forgottenAt = (machine: SimulatedMachine): EpochMs =>
  machine.kubeadm?.instance === 'terminated'
    ? silentSince(machine) + LOOKS_EVERY_MS
    : Number.POSITIVE_INFINITY;

const isRunning = (cluster: Cluster): boolean =>
  runningContainers(cluster).some(({ image }) => image.includes('cloud-controller-manager'));

function balance(cluster: Cluster, selfManaged: SelfManagedCluster, service: ApiObject): void {
  const { finalizers = [] } = service.metadata;
  const wish = wishOf(service);
  if (wish === 'make') {
    const hostname = selfManaged.ensureBalancer(named(cluster, service));
    if (hostname === undefined) return;
    const metadata = { ...service.metadata, finalizers: [...finalizers, CLEAN_UP] };
    keep(cluster, SERVICES, { ...service, metadata, status: { loadBalancer: { ingress: [{ hostname }] } } });
  }
  if (wish === 'remove' && selfManaged.removeBalancer(named(cluster, service))) {
    release(
      cluster,
      service,
      finalizers.filter((finalizer) => finalizer !== CLEAN_UP),
    );
  }
}

function wishOf(service: ApiObject): 'make' | 'remove' | 'nothing' {
  const { finalizers = [], deletionTimestamp } = service.metadata;
  const isOurs = finalizers.includes(CLEAN_UP);
  const isWanted = child(service, 'spec').type === 'LoadBalancer' && deletionTimestamp === undefined;
  if (isWanted === isOurs) return 'nothing';
  return isWanted ? 'make' : 'remove';
}

/** When it asks the cloud again, for what was refused or takes its time. */
export const asksAgainAt = (cluster: Cluster): EpochMs =>
  cluster.selfManaged !== undefined &&
  stored(cluster, SERVICES).some((service) => wishOf(service) !== 'nothing')
    ? cluster.nowMs + LOOKS_EVERY_MS
    : Number.POSITIVE_INFINITY;

function release(cluster: Cluster, service: ApiObject, finalizers: readonly string[]): void {
  const isOver = service.metadata.deletionTimestamp !== undefined && finalizers.length === 0;
  if (isOver) {
    drop(cluster, SERVICES, service);
    return;
  }
  const metadata = { ...service.metadata, finalizers };
  keep(cluster, SERVICES, { ...service, metadata, status: { loadBalancer: {} } });
}

const named = ({ id }: Cluster, service: ApiObject): BalancedService => {
  const { namespace = '', name, uid = '', annotations } = service.metadata;
  const ports = Ports.parse(child(service, 'spec').ports);
  return {
    clusterId: id,
    namespace,
    name,
    uid,
    annotations: Annotations.parse(annotations),
    ports: ports.flatMap(({ port, nodePort }) => (nodePort === undefined ? [] : [{ port, nodePort }])),
  };
};

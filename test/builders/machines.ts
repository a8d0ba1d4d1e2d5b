/** Machines, nodes and what a pool's planner sees, with only the fields that a test is about. */
import type { WorkloadNode } from '../../lib/kube/port.ts';
import type { EtcdMember } from '../../lib/kube/self-managed.ts';
import type { PoolDesired, PoolObserved, PoolWish } from '../../lib/machines/plan/model.ts';
import type { Machine } from '../../lib/machines/port.ts';
import type { PoolRecord, Slot } from '../../lib/machines/record.ts';
import { NOON_MS } from './cluster.ts';

const LONG_AGO = '2026-11-20T10:00:00.000Z';

export function aMachine(fields: Partial<Machine> = {}): Machine {
  const { pool = 'w', index = 0, attempt = 1, zone = 'a' } = fields;
  const id = fields.id ?? `i-${pool}${index}${attempt}`;
  return {
    pool,
    index,
    attempt,
    zone,
    id,
    name: `shop-${pool}-${index}-${attempt}`,
    revision: 'r1',
    capacity: 'on-demand',
    instanceType: 'm5.large',
    state: 'running',
    nodeName: `node-${pool}${index}${attempt}`,
    providerId: `aws:///${zone}/${id}`,
    launchedAt: LONG_AGO,
    ...fields,
  };
}

/** The node that the machine became: Ready, unless said otherwise. */
export function nodeFor(machine: Machine, fields: Partial<WorkloadNode> = {}): WorkloadNode {
  return {
    name: machine.nodeName ?? machine.name,
    providerId: machine.providerId,
    labels: { 'slipway.io/pool': machine.pool },
    taints: [],
    ready: true,
    unschedulable: false,
    kubeletVersion: 'v1.33.2',
    createdAt: LONG_AGO,
    conditions: [],
    ...fields,
  };
}

/** Recorded long ago, joined and Ready. */
export function slotFor(machine: Machine, fields: Partial<Slot> = {}): Slot {
  const { attempt, id } = machine;
  return { attempt, id, launchedAt: LONG_AGO, joined: true, ready: true, ...fields };
}

export function aPoolRecord(fields: Partial<PoolRecord> = {}): PoolRecord {
  return { slots: {}, leaving: [], formerTaints: [], ...fields };
}

export function aWish(fields: Partial<PoolWish> = {}): PoolWish {
  return {
    size: 3,
    zones: ['a', 'b', 'c'],
    revision: 'r1',
    instanceType: 'm5.large',
    capacity: 'on-demand',
    labels: { 'slipway.io/pool': 'w' },
    taints: [],
    ...fields,
  };
}

export function aDesiredPool(fields: Partial<PoolDesired> = {}): PoolDesired {
  return {
    pool: 'w',
    role: 'worker',
    deleting: false,
    initialised: true,
    wish: aWish(),
    boot: {
      template: { instanceType: 'm5.large' },
      endpoint: 'api.shop.example:6443',
      kubernetesVersion: 'v1.33.2',
      podCidr: '192.168.0.0/16',
      serviceCidr: '10.96.0.0/12',
    },
    drain: { timeoutMs: 600_000, onBlocked: 'wait' },
    record: aPoolRecord(),
    notices: {},
    speed: 1,
    hiddenMs: 60_000,
    ...fields,
  };
}

export function observedPool(fields: Partial<PoolObserved> = {}): PoolObserved {
  return { atMs: NOON_MS, machines: [], nodes: [], ...fields };
}

/** A healthy voter. */
export function aMember(name: string, fields: Partial<EtcdMember> = {}): EtcdMember {
  return { id: `e-${name}`, name, started: true, learner: false, leader: false, healthy: true, ...fields };
}

/**
 * Who may reach what (A44, A205 to A207): the API server's port is the only one that the world may reach, machines are
 * entered through the bastion only. Pure. Ports: kubernetes.io/docs/reference/networking/ports-and-protocols
 */
import type { ClusterView } from '../../../domain/cluster.ts';
import { awsConfig } from '../aws-config.ts';
import { API_PORT } from '../balancing/port.ts';
import { natAddressesOf, vpcOf } from '../network/outputs.ts';
import { GROUP_ROLES, type GroupIds, type GroupRole } from '../outputs.ts';
import type { Rule, RuleSeen } from './port.ts';

/** A rule before the ids of groups are known. */
export interface WantedRule extends Omit<Rule, 'source'> {
  readonly source: { readonly cidr: string } | { readonly group: GroupRole };
}

export type RuleTable = Readonly<Record<GroupRole, readonly WantedRule[]>>;

const EVERYBODY = '0.0.0.0/0';
const ETCD = { from: 2379, to: 2380 } as const;
const KUBELET = 10_250;
const CONTROLLER_MANAGER = 10_257;
const SCHEDULER = 10_259;
const NODE_PORTS = { from: 30_000, to: 32_767 } as const;
const SSH = 22;
const RDP = 3389;
/** Flannel's overlay: github.com/flannel-io/flannel, Documentation/backends.md */
const VXLAN = 8472;

export function ruleTable(view: ClusterView): RuleTable {
  const { bastion } = awsConfig(view.spec);
  const doors = bastion.enabled ? (bastion.rdp ? [SSH, RDP] : [SSH]) : [];
  return {
    bastion: doors.flatMap((port) => bastion.allowedCidrs.map((cidr) => tcp(port, { cidr }))),
    'apiserver-lb': apiSources(view).map((cidr) => tcp(API_PORT, { cidr })),
    controlplane: [
      ...(['apiserver-lb', 'controlplane', 'node'] as const).map((group) => tcp(API_PORT, { group })),
      tcp(ETCD, { group: 'controlplane' }),
      ...[KUBELET, CONTROLLER_MANAGER, SCHEDULER].map((port) => tcp(port, { group: 'controlplane' })),
      ...amongNodes(),
    ],
    node: [
      tcp(KUBELET, { group: 'controlplane' }),
      tcp(KUBELET, { group: 'node' }),
      tcp(NODE_PORTS, { group: 'lb' }),
      { protocol: 'udp', ...NODE_PORTS, source: { group: 'lb' } },
      ...amongNodes(),
    ],
    // The cloud controller manager writes here, nobody else.
    lb: [],
  };
}

function amongNodes(): readonly WantedRule[] {
  const overlay = { protocol: 'udp', from: VXLAN, to: VXLAN } as const;
  return [
    { ...overlay, source: { group: 'controlplane' } },
    { ...overlay, source: { group: 'node' } },
    tcp(SSH, { group: 'bastion' }),
  ];
}

/**
 * Machines reach the public load balancer through their NAT gateway: when the ranges are restricted, its addresses and
 * the network's own range have to be among them, or the nodes would be locked out.
 */
function apiSources(view: ClusterView): readonly string[] {
  const { apiAllowedCidrs } = awsConfig(view.spec);
  if (apiAllowedCidrs === undefined) return [EVERYBODY];
  const gateways = natAddressesOf(view).map((address) => `${address}/32`);
  return [...new Set([...apiAllowedCidrs, ...gateways, ...(vpcOf(view)?.cidrs ?? [])])];
}

function tcp(
  port: number | { readonly from: number; readonly to: number },
  source: WantedRule['source'],
): WantedRule {
  const { from, to } = typeof port === 'number' ? { from: port, to: port } : port;
  return { protocol: 'tcp', from, to, source };
}

export interface RuleChanges {
  readonly groupId: string;
  readonly missing: readonly Rule[];
  /** Rules of ours that are not wanted any more. */
  readonly stale: readonly RuleSeen[];
}

/** What has to change in which group; groups that are right are left out, and the controller's group always is. */
export function ruleChanges(
  table: RuleTable,
  ids: GroupIds,
  seen: readonly RuleSeen[],
): readonly RuleChanges[] {
  return GROUP_ROLES.flatMap((role) => {
    const groupId = ids[role];
    if (groupId === undefined || role === 'lb') return [];
    const wanted = table[role].flatMap((rule) => resolved(rule, ids));
    const present = seen.filter((rule) => rule.groupId === groupId);
    const wantedKeys = new Set(wanted.map(keyOf));
    const presentKeys = new Set(present.map(keyOf));
    const missing = wanted.filter((rule) => !presentKeys.has(keyOf(rule)));
    const stale = present.filter((rule) => rule.ours && !wantedKeys.has(keyOf(rule)));
    return missing.length + stale.length === 0 ? [] : [{ groupId, missing, stale }];
  });
}

function resolved({ protocol, from, to, source }: WantedRule, ids: GroupIds): readonly Rule[] {
  const text = 'cidr' in source ? source.cidr : ids[source.group];
  return text === undefined ? [] : [{ protocol, from, to, source: text }];
}

function keyOf({ protocol, from, to, source }: Rule | RuleSeen): string {
  return [protocol, from, to, source].join('|');
}

/** Permissions as Authorize and Revoke take them, as single rules: one per port range and peer. */
import { z } from 'zod';
import { canonicalCidr } from '../../../../lib/domain/cidr.ts';
import { AwsFault, invalidValue, missing } from '../core/fault.ts';
import { list, text, whole } from '../core/parameters.ts';
import type { RuleBody, RulePeer } from './model.ts';

const description = text.optional();

export const IpPermission = z.strictObject({
  IpProtocol: text,
  FromPort: whole.optional(),
  ToPort: whole.optional(),
  IpRanges: list(z.strictObject({ CidrIp: text, Description: description })),
  Ipv6Ranges: list(z.strictObject({ CidrIpv6: text, Description: description })),
  Groups: list(
    z.strictObject({
      GroupId: text,
      UserId: text.optional(),
      VpcId: text.optional(),
      Description: description,
    }),
  ),
});
type IpPermissionInput = z.output<typeof IpPermission>;

export interface RuleInput {
  readonly body: RuleBody;
  readonly description?: string;
}

const ALL = { fromPort: -1, toPort: -1 } as const;
const BY_NUMBER: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' };
const MAX_PORT = 65_535;

export function rulesIn(permission: IpPermissionInput, isEgress: boolean): readonly RuleInput[] {
  const protocol = protocolOf(permission.IpProtocol);
  const ports = portsOf(permission, protocol);
  const rules = peersIn(permission).map(({ peer, description: words }) => ({
    body: { isEgress, protocol, ...ports, peer },
    ...(words === undefined ? {} : { description: words }),
  }));
  if (rules.length === 0) throw missing('ipRanges');
  return rules;
}

function protocolOf(text: string): string {
  const protocol = BY_NUMBER[text] ?? text.toLowerCase();
  const isNumber = /^\d{1,3}$/.test(protocol) && Number(protocol) <= 255;
  if (isNumber || ['-1', 'tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol)) return protocol;
  throw invalidValue(text, 'IpProtocol', 'Unknown IP protocol.');
}

function portsOf({ FromPort, ToPort }: IpPermissionInput, protocol: string) {
  if (!['tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol)) return ALL;
  if (FromPort === undefined || ToPort === undefined)
    throw new AwsFault('MissingParameter', 'The request must contain the parameters FromPort and ToPort');
  const isPort = (port: number) => port >= 0 && port <= MAX_PORT;
  const fits = protocol.startsWith('icmp') || (isPort(FromPort) && isPort(ToPort) && FromPort <= ToPort);
  if (!fits)
    throw new AwsFault('InvalidParameterValue', `Invalid value '${FromPort}-${ToPort}' for port range.`);
  return { fromPort: FromPort, toPort: ToPort };
}

interface DescribedPeer {
  readonly peer: RulePeer;
  readonly description: string | undefined;
}

function peersIn({ IpRanges, Ipv6Ranges, Groups }: IpPermissionInput): readonly DescribedPeer[] {
  return [
    ...IpRanges.map(({ CidrIp, Description }) => ({
      peer: { kind: 'cidr' as const, cidr: rangeOf(CidrIp) },
      description: Description,
    })),
    ...Ipv6Ranges.map(({ CidrIpv6, Description }) => ({
      peer: { kind: 'cidr6' as const, cidr: CidrIpv6 },
      description: Description,
    })),
    ...Groups.map(({ GroupId, Description }) => ({
      peer: { kind: 'group' as const, groupId: GroupId },
      description: Description,
    })),
  ];
}

function rangeOf(cidr: string): string {
  const canonical = canonicalCidr(cidr);
  if (canonical === undefined) throw new AwsFault('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  return canonical;
}

export const sameRule = (one: RuleBody, other: RuleBody): boolean =>
  one.isEgress === other.isEgress &&
  one.protocol === other.protocol &&
  one.fromPort === other.fromPort &&
  one.toPort === other.toPort &&
  peerText(one.peer) === peerText(other.peer);

export const peerText = (peer: RulePeer): string => (peer.kind === 'group' ? peer.groupId : peer.cidr);

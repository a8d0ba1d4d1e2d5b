/** What networks are made of, as plain records. States that follow from time alone are worked out on reading. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Resource } from '../core/shelf.ts';

export interface Vpc extends Resource {
  readonly cidr: string;
  readonly cidrAssociationId: string;
  readonly availableAt: EpochMs;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly dhcpOptionsId: string;
}

export interface Subnet extends Resource {
  readonly vpcId: string;
  readonly cidr: string;
  /** `eu-central-1a` */
  readonly zone: string;
  readonly zoneId: string;
  readonly availableAt: EpochMs;
  readonly mapsPublicIps: boolean;
}

export interface InternetGateway extends Resource {
  /** Absent: attached to none. */
  readonly vpcId?: string;
}

export interface Address extends Resource {
  readonly publicIp: string;
  readonly association?: AddressAssociation;
}

interface AddressAssociation {
  readonly id: string;
  readonly interfaceId: string;
  readonly privateIp: string;
}

export interface NatGateway extends Resource {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly connectivity: 'public' | 'private';
  readonly allocationId?: string;
  /** Absent once there is none any more. */
  readonly interfaceId?: string;
  readonly privateIp?: string;
  readonly publicIp?: string;
  readonly clientToken?: string;
  /** When it becomes available, unless it fails before. */
  readonly readyAt: EpochMs;
  readonly failure?: NatFailure;
  /** When somebody deleted it. */
  readonly deletingAt?: EpochMs;
  /** When that is over; it is listed for an hour after. */
  readonly goneAt?: EpochMs;
}

interface NatFailure {
  readonly at: EpochMs;
  readonly code: string;
  readonly message: string;
}

export interface RouteTable extends Resource {
  readonly vpcId: string;
  readonly routes: readonly Route[];
  readonly associations: readonly RouteTableAssociation[];
}

export interface Route {
  /** CIDR. */
  readonly destination: string;
  readonly target: RouteTarget;
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

export type RouteTarget =
  | { readonly kind: 'local' }
  | { readonly kind: 'internet-gateway'; readonly id: string }
  | { readonly kind: 'nat-gateway'; readonly id: string }
  | { readonly kind: 'interface'; readonly id: string };

export interface RouteTableAssociation {
  readonly id: string;
  /** Absent: the association that makes it the VPC's main table. */
  readonly subnetId?: string;
}

export interface SecurityGroup extends Resource {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
}

/** What a rule is about; two rules that agree in it are one and the same. */
export interface RuleBody {
  readonly isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, `-1` or a protocol number. */
  readonly protocol: string;
  /** -1: all of them. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: RulePeer;
}

export type RulePeer =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'cidr6'; readonly cidr: string }
  | { readonly kind: 'group'; readonly groupId: string };

export interface SecurityGroupRule extends Resource, RuleBody {
  readonly groupId: string;
  readonly description?: string;
}

export interface NetworkInterface extends Resource {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly groupIds: readonly string[];
  readonly description: string;
  readonly type: 'interface' | 'nat_gateway' | 'network_load_balancer';
  /** Belongs to a service: nobody else may delete or change it. */
  readonly requesterId?: string;
  readonly attachment?: InterfaceAttachment;
  /** Of the instance while it runs; an address of one's own is in its record. */
  readonly publicIp?: string;
  readonly sourceDestCheck: boolean;
}

interface InterfaceAttachment {
  readonly id: string;
  readonly attachedAt: EpochMs;
  /** Absent: attached to something of AWS. */
  readonly instanceId?: string;
  readonly deviceIndex: number;
  readonly deleteOnTermination: boolean;
}

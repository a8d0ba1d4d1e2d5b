/**
 * The network of a cluster as our steps see it. One adapter speaks to EC2 and STS (ec2-network.ts), one keeps state in
 * memory for tests. Reads give an empty list or `undefined` for what is absent. Resources of ours are found by the tag
 * with the cluster's uid. A create that EC2 refuses because it does not know yet what it leans on is a `Conflict`;
 * deleting what is absent succeeds.
 */
import type { Tags } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';
import type { NetworkSeen, SubnetSeen } from '../catalog/port.ts';

export interface CallerSeen {
  readonly accountId: string;
  /** `arn:aws:iam::123456789012:user/slipway` */
  readonly arn: string;
}

export interface RegionZone {
  /** `eu-central-1a`, which means another place in another account. */
  readonly name: string;
  /** `euc1-az2`, the same place for everybody. */
  readonly id: string;
}

interface Tagged {
  readonly id: string;
  readonly tags: Tags;
}

export interface VpcSeen extends Tagged {
  readonly cidrs: readonly string[];
  /** `pending`, `available` */
  readonly state: string;
}

export type DnsAttribute = 'enableDnsSupport' | 'enableDnsHostnames';

export interface OwnSubnet extends Tagged {
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  /** `pending`, `available` */
  readonly state: string;
}

export interface GatewaySeen extends Tagged {
  /** EC2 says `available` of a gateway that is attached. */
  readonly attachments: readonly { readonly vpcId: string; readonly state: string }[];
}

export interface AddressSeen extends Tagged {
  readonly publicIp: string;
  readonly associated: boolean;
}

export type NatState = 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';

export interface NatSeen extends Tagged {
  readonly vpcId: string;
  readonly state: NatState;
  /** EC2's words: `Gateway.NotAttached: Network vpc-1 has no Internet gateway attached`. */
  readonly failure?: string;
  readonly publicIps: readonly string[];
}

export interface AssociationSeen {
  readonly id: string;
  readonly subnetId: string;
  /** `associating`, `associated`, `failed`… */
  readonly state: string;
}

export interface RouteTableSeen extends Tagged {
  /** The route of 0.0.0.0/0. */
  readonly defaultRoute?: { readonly targetId: string; readonly blackhole: boolean };
  /** Explicit ones; the main table's implicit one is no association. */
  readonly associations: readonly AssociationSeen[];
}

export interface InterfaceSeen {
  readonly id: string;
  readonly subnetId: string;
  readonly description: string;
  /** AWS made it for a service of its own and takes it away with that: load balancers, NAT gateways. */
  readonly byAws: boolean;
}

export interface SubnetDraft {
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly tags: Tags;
}

export interface NatDraft {
  readonly subnetId: string;
  readonly allocationId: string;
  readonly token: string;
  readonly tags: Tags;
}

export interface NetworkPort {
  identity(): Promise<Result<CallerSeen>>;
  /** Availability zones of the region, local ones left out. */
  zones(): Promise<Result<readonly RegionZone[]>>;

  ownVpcs(uid: string): Promise<Result<readonly VpcSeen[]>>;
  network(vpcId: string): Promise<Result<NetworkSeen | undefined>>;
  createVpc(cidr: string, tags: Tags): Promise<Result<VpcSeen>>;
  enableDns(vpcId: string, attribute: DnsAttribute): Promise<Result<void>>;
  deleteVpc(id: string): Promise<Result<void>>;
  /** What lies in a VPC and keeps it from being deleted, in words: `subnet subnet-1`. */
  contentsOf(vpcId: string): Promise<Result<readonly string[]>>;

  ownGateways(uid: string): Promise<Result<readonly GatewaySeen[]>>;
  createGateway(tags: Tags): Promise<Result<string>>;
  attachGateway(id: string, vpcId: string): Promise<Result<void>>;
  detachGateway(id: string, vpcId: string): Promise<Result<void>>;
  deleteGateway(id: string): Promise<Result<void>>;

  ownSubnets(uid: string): Promise<Result<readonly OwnSubnet[]>>;
  subnetsIn(vpcId: string): Promise<Result<readonly OwnSubnet[]>>;
  /** With where their default routes lead. */
  adoptableSubnets(vpcId: string): Promise<Result<readonly SubnetSeen[]>>;
  /** `Conflict` when the range is taken. */
  createSubnet(draft: SubnetDraft): Promise<Result<string>>;
  deleteSubnet(id: string): Promise<Result<void>>;
  interfacesIn(subnetIds: readonly string[]): Promise<Result<readonly InterfaceSeen[]>>;

  ownAddresses(uid: string): Promise<Result<readonly AddressSeen[]>>;
  allocateAddress(tags: Tags): Promise<Result<AddressSeen>>;
  /** `DependencyInUse` while a NAT gateway holds it. */
  releaseAddress(id: string): Promise<Result<void>>;

  /** Deleted and failed ones as long as EC2 shows them, which is about an hour. */
  ownNatGateways(uid: string): Promise<Result<readonly NatSeen[]>>;
  /** Addresses of the NAT gateways that work in a VPC, whoever made them. */
  natAddressesIn(vpcId: string): Promise<Result<readonly string[]>>;
  createNatGateway(draft: NatDraft): Promise<Result<string>>;
  deleteNatGateway(id: string): Promise<Result<void>>;

  ownRouteTables(uid: string): Promise<Result<readonly RouteTableSeen[]>>;
  createRouteTable(vpcId: string, token: string, tags: Tags): Promise<Result<string>>;
  /** The route of 0.0.0.0/0, to an Internet gateway or a NAT gateway; `replace`: there is another one. */
  routeTo(tableId: string, targetId: string, options: { readonly replace: boolean }): Promise<Result<void>>;
  associate(tableId: string, subnetId: string): Promise<Result<void>>;
  disassociate(associationId: string): Promise<Result<void>>;
  deleteRouteTable(id: string): Promise<Result<void>>;

  /** At most 1000 ids. */
  tag(ids: readonly string[], tags: Tags): Promise<Result<void>>;
  /** Only tags that still have these values. */
  untag(ids: readonly string[], tags: Tags): Promise<Result<void>>;
}

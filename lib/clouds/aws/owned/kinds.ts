/** The kinds of resources that carry a cluster's uid, by the names that CloudFormation gives them. */

/** By the resource type of EC2's tags. */
export const EC2_KINDS = {
  instance: 'AWS::EC2::Instance',
  volume: 'AWS::EC2::Volume',
  'network-interface': 'AWS::EC2::NetworkInterface',
  'security-group': 'AWS::EC2::SecurityGroup',
  'route-table': 'AWS::EC2::RouteTable',
  subnet: 'AWS::EC2::Subnet',
  'internet-gateway': 'AWS::EC2::InternetGateway',
  natgateway: 'AWS::EC2::NatGateway',
  'elastic-ip': 'AWS::EC2::EIP',
  vpc: 'AWS::EC2::VPC',
} as const;

export const OTHER_KINDS = {
  balancer: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  targetGroup: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  role: 'AWS::IAM::Role',
  profile: 'AWS::IAM::InstanceProfile',
  secret: 'AWS::SecretsManager::Secret',
} as const;

type Ec2Type = keyof typeof EC2_KINDS;
export type OwnedKind = (typeof EC2_KINDS)[Ec2Type] | (typeof OTHER_KINDS)[keyof typeof OTHER_KINDS];

const KINDS: ReadonlySet<string> = new Set([...Object.values(EC2_KINDS), ...Object.values(OTHER_KINDS)]);

export const isOwnedKind = (kind: string): kind is OwnedKind => KINDS.has(kind);
export const isEc2Type = (type: string): type is Ec2Type => Object.hasOwn(EC2_KINDS, type);
export const isEc2Kind = (kind: string): boolean => kind.startsWith('AWS::EC2::');

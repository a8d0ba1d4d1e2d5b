/** The kinds of resources that carry a cluster's uid, by the names that CloudFormation gives them. */

export const EC2_KINDS = {
  instance: 'AWS::EC2::Instance',
  volume: 'AWS::EC2::Volume',
  interface: 'AWS::EC2::NetworkInterface',
  securityGroup: 'AWS::EC2::SecurityGroup',
  routeTable: 'AWS::EC2::RouteTable',
  subnet: 'AWS::EC2::Subnet',
  internetGateway: 'AWS::EC2::InternetGateway',
  natGateway: 'AWS::EC2::NatGateway',
  address: 'AWS::EC2::EIP',
  vpc: 'AWS::EC2::VPC',
} as const;

export const OTHER_KINDS = {
  balancer: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  targetGroup: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  role: 'AWS::IAM::Role',
  profile: 'AWS::IAM::InstanceProfile',
  secret: 'AWS::SecretsManager::Secret',
} as const;

/** Only Kubernetes makes these: they carry its tag and never the uid. */
export const CLASSIC_BALANCER = 'AWS::ElasticLoadBalancing::LoadBalancer';

export type OwnedKind =
  | (typeof EC2_KINDS)[keyof typeof EC2_KINDS]
  | (typeof OTHER_KINDS)[keyof typeof OTHER_KINDS];

const KINDS: ReadonlySet<string> = new Set([...Object.values(EC2_KINDS), ...Object.values(OTHER_KINDS)]);

export const isOwnedKind = (kind: string): kind is OwnedKind => KINDS.has(kind);
export const isEc2Kind = (kind: string): boolean => kind.startsWith('AWS::EC2::');

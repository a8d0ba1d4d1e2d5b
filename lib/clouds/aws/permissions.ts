/**
 * The least rights that an AWS account needs (A217): the actions that this adapter sends, in statements by service. What
 * can be limited to our own names is: roles and profiles `slip-*`, secrets `slip/*`, rules and queues `slip-*`. Describe
 * calls cannot be scoped to resources: docs.aws.amazon.com/service-authorization/latest/reference
 */

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: { readonly StringLike: Readonly<Record<string, string>> };
}

const named = (service: string, actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${service}:${action}`);

const EC2_READ = named('ec2', [
  'DescribeAddresses',
  'DescribeAvailabilityZones',
  'DescribeImages',
  'DescribeInstances',
  'DescribeInstanceTypeOfferings',
  'DescribeInstanceTypes',
  'DescribeInternetGateways',
  'DescribeKeyPairs',
  'DescribeNatGateways',
  'DescribeNetworkInterfaces',
  'DescribeRegions',
  'DescribeRouteTables',
  'DescribeSecurityGroupRules',
  'DescribeSecurityGroups',
  'DescribeSpotPriceHistory',
  'DescribeSubnets',
  'DescribeTags',
  'DescribeVolumes',
  'DescribeVpcAttribute',
  'DescribeVpcs',
  'GetConsoleOutput',
]);

const EC2_NETWORK = named('ec2', [
  'AllocateAddress',
  'AssociateRouteTable',
  'AttachInternetGateway',
  'AuthorizeSecurityGroupIngress',
  'CreateInternetGateway',
  'CreateNatGateway',
  'CreateRoute',
  'CreateRouteTable',
  'CreateSecurityGroup',
  'CreateSubnet',
  'CreateTags',
  'CreateVpc',
  'DeleteInternetGateway',
  'DeleteNatGateway',
  'DeleteNetworkInterface',
  'DeleteRouteTable',
  'DeleteSecurityGroup',
  'DeleteSubnet',
  'DeleteTags',
  'DeleteVpc',
  'DetachInternetGateway',
  'DisassociateRouteTable',
  'ModifyVpcAttribute',
  'ReleaseAddress',
  'ReplaceRoute',
  'RevokeSecurityGroupIngress',
]);

const EC2_COMPUTE = named('ec2', ['DeleteVolume', 'RunInstances', 'TerminateInstances']);

/** Both APIs of load balancing, ELBv2 and the classic one, call their actions the same. */
const BALANCING = named('elasticloadbalancing', [
  'AddTags',
  'CreateListener',
  'CreateLoadBalancer',
  'CreateTargetGroup',
  'DeleteLoadBalancer',
  'DeleteTargetGroup',
  'DeregisterTargets',
  'DescribeListeners',
  'DescribeLoadBalancerAttributes',
  'DescribeLoadBalancers',
  'DescribeTags',
  'DescribeTargetGroupAttributes',
  'DescribeTargetGroups',
  'DescribeTargetHealth',
  'ModifyLoadBalancerAttributes',
  'ModifyTargetGroupAttributes',
  'RegisterTargets',
  'RemoveTags',
  'SetSubnets',
]);

const ROLES = named('iam', [
  'CreateRole',
  'DeleteRole',
  'DeleteRolePolicy',
  'GetRole',
  'GetRolePolicy',
  'ListRolePolicies',
  'PassRole',
  'PutRolePolicy',
  'TagRole',
  'UntagRole',
]);

const PROFILES = named('iam', [
  'AddRoleToInstanceProfile',
  'CreateInstanceProfile',
  'DeleteInstanceProfile',
  'GetInstanceProfile',
  'RemoveRoleFromInstanceProfile',
  'TagInstanceProfile',
  'UntagInstanceProfile',
]);

const PREFLIGHT = [
  'iam:SimulatePrincipalPolicy',
  'pricing:GetProducts',
  'secretsmanager:ListSecrets',
  'servicequotas:GetAWSDefaultServiceQuota',
  'servicequotas:GetServiceQuota',
] as const;

const SECRETS = named('secretsmanager', ['CreateSecret', 'DeleteSecret', 'PutSecretValue', 'TagResource']);

const EVENTS = named('events', [
  'DeleteRule',
  'DescribeRule',
  'ListTargetsByRule',
  'PutRule',
  'PutTargets',
  'RemoveTargets',
]);

const QUEUE = named('sqs', [
  'CreateQueue',
  'DeleteMessage',
  'DeleteQueue',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ReceiveMessage',
  'SetQueueAttributes',
  'TagQueue',
]);

/** A service-linked role is made by AWS itself when the first resource of its kind is; the caller must be allowed it. */
function serviceLinked(Sid: string, service: string, role: string): PolicyStatement {
  return {
    Sid,
    Effect: 'Allow',
    Action: ['iam:CreateServiceLinkedRole'],
    Resource: `arn:*:iam::*:role/aws-service-role/${service}/${role}`,
    Condition: { StringLike: { 'iam:AWSServiceName': service } },
  };
}

const allow = (Sid: string, Resource: string, Action: readonly string[]): PolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});

export const POLICY_STATEMENTS: readonly PolicyStatement[] = [
  allow('Ec2Read', '*', EC2_READ),
  allow('Ec2Network', '*', EC2_NETWORK),
  allow('Ec2Compute', '*', EC2_COMPUTE),
  allow('LoadBalancing', '*', BALANCING),
  serviceLinked(
    'LoadBalancingRole',
    'elasticloadbalancing.amazonaws.com',
    'AWSServiceRoleForElasticLoadBalancing',
  ),
  serviceLinked('SpotRole', 'spot.amazonaws.com', 'AWSServiceRoleForEC2Spot'),
  allow('MachineRoles', 'arn:*:iam::*:role/slip-*', ROLES),
  allow('MachineProfiles', 'arn:*:iam::*:instance-profile/slip-*', PROFILES),
  allow('Preflight', '*', PREFLIGHT),
  allow('BootSecrets', 'arn:*:secretsmanager:*:*:secret:slip/*', SECRETS),
  allow('CloudEvents', 'arn:*:events:*:*:rule/slip-*', EVENTS),
  allow('EventQueue', 'arn:*:sqs:*:*:slip-*', QUEUE),
];

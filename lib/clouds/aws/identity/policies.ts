/**
 * What machines of a cluster may do: the control plane runs the cloud controller and the EBS driver, workers pull images
 * and look at themselves. Boot secrets are readable below the cluster's own prefix only. Pure. Sources:
 * kubernetes/cloud-provider-aws docs/prerequisites.md, kubernetes-sigs/aws-ebs-csi-driver docs/example-iam-policy.json
 */
import { canonical } from '../../../domain/canonical.ts';
import type { ClusterView } from '../../../domain/cluster.ts';
import { bootSecretPrefix } from '../names.ts';
import type { ProfileRole } from './port.ts';

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const allow = (Action: readonly string[], Resource = '*'): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const named = (service: string, actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${service}:${action}`);

const PULL_IMAGES = named('ecr', [
  'BatchCheckLayerAvailability',
  'BatchGetImage',
  'GetAuthorizationToken',
  'GetDownloadUrlForLayer',
]);

const WORKER_READS = named('ec2', [
  'DescribeInstanceTypes',
  'DescribeInstances',
  'DescribeNetworkInterfaces',
  'DescribeRegions',
  'DescribeTags',
]);

const CONTROLLER_EC2 = named('ec2', [
  'AttachVolume',
  'AuthorizeSecurityGroupIngress',
  'CreateRoute',
  'CreateSecurityGroup',
  'CreateSnapshot',
  'CreateTags',
  'CreateVolume',
  'DeleteRoute',
  'DeleteSecurityGroup',
  'DeleteSnapshot',
  'DeleteTags',
  'DeleteVolume',
  'Describe*',
  'DetachVolume',
  'ModifyInstanceAttribute',
  'ModifyVolume',
  'RevokeSecurityGroupIngress',
]);

const CONTROLLER_BALANCING = named('elasticloadbalancing', [
  'AddTags',
  'ApplySecurityGroupsToLoadBalancer',
  'AttachLoadBalancerToSubnets',
  'ConfigureHealthCheck',
  'CreateListener',
  'CreateLoadBalancer',
  'CreateLoadBalancerListeners',
  'CreateLoadBalancerPolicy',
  'CreateTargetGroup',
  'DeleteListener',
  'DeleteLoadBalancer',
  'DeleteLoadBalancerListeners',
  'DeleteTargetGroup',
  'DeregisterInstancesFromLoadBalancer',
  'DeregisterTargets',
  'Describe*',
  'DetachLoadBalancerFromSubnets',
  'ModifyListener',
  'ModifyLoadBalancerAttributes',
  'ModifyTargetGroup',
  'ModifyTargetGroupAttributes',
  'RegisterInstancesWithLoadBalancer',
  'RegisterTargets',
  'SetLoadBalancerPoliciesForBackendServer',
  'SetLoadBalancerPoliciesOfListener',
  'SetSecurityGroups',
  'SetSubnets',
]);

const BALANCING_SERVICE = 'elasticloadbalancing.amazonaws.com';

function statementsFor(view: Pick<ClusterView, 'name' | 'id'>, role: ProfileRole): readonly Statement[] {
  switch (role) {
    case 'controlplane':
      return [
        allow([...CONTROLLER_EC2, ...CONTROLLER_BALANCING, 'kms:DescribeKey', ...PULL_IMAGES]),
        {
          ...allow(['iam:CreateServiceLinkedRole']),
          Condition: { StringEquals: { 'iam:AWSServiceName': BALANCING_SERVICE } },
        },
        allow(
          ['secretsmanager:GetSecretValue'],
          `arn:*:secretsmanager:*:*:secret:${bootSecretPrefix(view)}*`,
        ),
      ];
    case 'node':
      return [allow([...WORKER_READS, ...PULL_IMAGES])];
  }
}

/** Canonical, so that equal policies are equal texts. */
export function rolePolicy(view: Pick<ClusterView, 'name' | 'id'>, role: ProfileRole): string {
  return canonical({ Version: '2012-10-17', Statement: statementsFor(view, role) });
}

/** Who may wear the role: EC2 instances, nobody else. */
export const TRUST_POLICY = canonical({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/**
 * The least that a change of a cluster on EC2 can cost (quality.md 1.7, B2 and B7): the calls that have to be made, with
 * the reason for their number. Three control-plane nodes and five workers over three zones in a network of their own.
 */
export type AwsChange = 'create' | 'scale +10' | 'scale -5' | 'replace 10' | 'replace 3' | 'delete';

type Calls = Readonly<Record<string, number>>;

const ZONES = 3;
const MEMBERS = 3;
const WORKERS = 5;

const CREATE: Calls = {
  CreateVpc: 1,
  // DNS support is on from the start; host names are not.
  ModifyVpcAttribute: 1,
  CreateInternetGateway: 1,
  AttachInternetGateway: 1,
  // A public and a private one in each zone.
  CreateSubnet: 2 * ZONES,
  AllocateAddress: ZONES,
  CreateNatGateway: ZONES,
  // One for the public subnets, one for each private one, each with a way out.
  CreateRouteTable: 1 + ZONES,
  CreateRoute: 1 + ZONES,
  AssociateRouteTable: 2 * ZONES,
  // Control plane, nodes, load balancer, bastion, load balancers of Services; three have rules, each set in one call.
  CreateSecurityGroup: 5,
  AuthorizeSecurityGroupIngress: 3,
  CreateLoadBalancer: 1,
  ModifyLoadBalancerAttributes: 1,
  CreateTargetGroup: 1,
  ModifyTargetGroupAttributes: 1,
  CreateListener: 1,
  // Control plane and nodes.
  CreateRole: 2,
  PutRolePolicy: 2,
  CreateInstanceProfile: 2,
  AddRoleToInstanceProfile: 2,
  // Shared by the clusters of an account and region; this is the first there.
  CreateQueue: 1,
  PutRule: 4,
  PutTargets: 4,
  // The bastion, and every machine with user data of its own.
  RunInstances: 1 + MEMBERS + WORKERS,
  RegisterTargets: MEMBERS,
  // Keys that a machine of the control plane fetches while it boots, and that are taken back.
  CreateSecret: MEMBERS,
  DeleteSecret: MEMBERS,
};

const DELETE: Calls = {
  // Workers, control plane and bastion may all be named in one call.
  TerminateInstances: 1,
  RemoveTargets: 4,
  DeleteRule: 4,
  DeleteQueue: 1,
  DeleteLoadBalancer: 1,
  DeleteTargetGroup: 1,
  DeleteRolePolicy: 2,
  RemoveRoleFromInstanceProfile: 2,
  DeleteInstanceProfile: 2,
  DeleteRole: 2,
  DeleteNatGateway: ZONES,
  ReleaseAddress: ZONES,
  // Groups that name each other can go only when they do not any more.
  RevokeSecurityGroupIngress: 3,
  DeleteSecurityGroup: 5,
  // A subnet takes its association with a route table along.
  DeleteSubnet: 2 * ZONES,
  DeleteRouteTable: 1 + ZONES,
  DetachInternetGateway: 1,
  DeleteInternetGateway: 1,
  DeleteVpc: 1,
};

export const AWS_CALLS: Readonly<Record<AwsChange, Calls>> = {
  create: CREATE,
  'scale +10': { RunInstances: 10 },
  // Nodes are emptied before their machines end, so not all end in one call.
  'scale -5': { TerminateInstances: 5 },
  'replace 10': { RunInstances: 10, TerminateInstances: 10 },
  'replace 3': { RunInstances: 3, TerminateInstances: 3 },
  delete: DELETE,
};

export const AWS_CHANGES: readonly AwsChange[] = [
  'create',
  'scale +10',
  'scale -5',
  'replace 10',
  'replace 3',
  'delete',
];

/** Of the floor: how many writes more are accepted. */
export const WRITES_OVER_FLOOR = 1.1;
/** Far goals: added by the control plane in the median, and a rolling replacement over its floor. */
export const AWS_ADDED_GOAL_MS = 5_000;
export const REPLACE_OVER_FLOOR = 1.05;

/** The service quotas that an account of this simulated AWS starts with, by the codes of Service Quotas. */

export interface Quota {
  /** Service code: `ec2`, `vpc`, `elasticloadbalancing`. */
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly value: number;
}

const ON_DEMAND_VCPU = 256;
const SPOT_VCPU = 128;

export const QUOTAS = {
  onDemandStandard: {
    service: 'ec2',
    code: 'L-1216C47A',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    value: ON_DEMAND_VCPU,
  },
  onDemandGraphics: {
    service: 'ec2',
    code: 'L-DB2E81BA',
    name: 'Running On-Demand G and VT instances',
    value: ON_DEMAND_VCPU,
  },
  onDemandTraining: {
    service: 'ec2',
    code: 'L-417A185B',
    name: 'Running On-Demand P instances',
    value: ON_DEMAND_VCPU,
  },
  spotStandard: {
    service: 'ec2',
    code: 'L-34B43A08',
    name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests',
    value: SPOT_VCPU,
  },
  spotGraphics: {
    service: 'ec2',
    code: 'L-3819A6DF',
    name: 'All G and VT Spot Instance Requests',
    value: SPOT_VCPU,
  },
  spotTraining: {
    service: 'ec2',
    code: 'L-7212CCBC',
    name: 'All P Spot Instance Requests',
    value: SPOT_VCPU,
  },
  elasticIps: { service: 'ec2', code: 'L-0263D0A3', name: 'EC2-VPC Elastic IPs', value: 15 },
  vpcs: { service: 'vpc', code: 'L-F678F1CE', name: 'VPCs per Region', value: 5 },
  internetGateways: { service: 'vpc', code: 'L-A4707A72', name: 'Internet gateways per Region', value: 5 },
  natGatewaysPerZone: {
    service: 'vpc',
    code: 'L-FE5A380F',
    name: 'NAT gateways per Availability Zone',
    value: 5,
  },
  subnetsPerVpc: { service: 'vpc', code: 'L-407747CB', name: 'Subnets per VPC', value: 200 },
  routeTablesPerVpc: { service: 'vpc', code: 'L-589F43AA', name: 'Route tables per VPC', value: 200 },
  securityGroups: { service: 'vpc', code: 'L-E79EC296', name: 'VPC security groups per Region', value: 2500 },
  rulesPerSecurityGroup: {
    service: 'vpc',
    code: 'L-0EA8095F',
    name: 'Inbound or outbound rules per security group',
    value: 60,
  },
  groupsPerInterface: {
    service: 'vpc',
    code: 'L-2AFB9258',
    name: 'Security groups per network interface',
    value: 5,
  },
  networkBalancers: {
    service: 'elasticloadbalancing',
    code: 'L-69A177A2',
    name: 'Network Load Balancers per Region',
    value: 50,
  },
  applicationBalancers: {
    service: 'elasticloadbalancing',
    code: 'L-53DA6B97',
    name: 'Application Load Balancers per Region',
    value: 50,
  },
  classicBalancers: {
    service: 'elasticloadbalancing',
    code: 'L-E9E9831D',
    name: 'Classic Load Balancers per Region',
    value: 20,
  },
  targetGroups: {
    service: 'elasticloadbalancing',
    code: 'L-B22855CB',
    name: 'Target Groups per Region',
    value: 3000,
  },
} as const satisfies Record<string, Quota>;

export type QuotaName = keyof typeof QUOTAS;

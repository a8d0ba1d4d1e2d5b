/** The network of this AWS. */
import type { Part } from '../core/operation.ts';
import { targetOf } from '../core/shelf.ts';
import { addressOperations } from './addresses.ts';
import { interfaceOperations } from './interface-operations.ts';
import { internetGatewayOperations } from './internet-gateways.ts';
import {
  ADDRESS,
  INTERFACE,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  ROUTE_TABLE,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  SUBNET,
  VPC,
} from './kinds.ts';
import { natDue, natOperations } from './nat-gateways.ts';
import { placeOperations } from './places.ts';
import { routeTableOperations } from './route-tables.ts';
import { routeOperations } from './routes.ts';
import { securityGroupRuleOperations } from './security-group-rules.ts';
import { securityGroupOperations } from './security-groups.ts';
import { subnetOperations } from './subnets.ts';
import { vpcOperations } from './vpcs.ts';

export const networkPart: Part = {
  operations: {
    ec2: {
      ...placeOperations,
      ...vpcOperations,
      ...subnetOperations,
      ...internetGatewayOperations,
      ...addressOperations,
      ...natOperations,
      ...routeTableOperations,
      ...routeOperations,
      ...securityGroupOperations,
      ...securityGroupRuleOperations,
      ...interfaceOperations,
    },
  },
  targets: [
    targetOf(VPC),
    targetOf(SUBNET),
    targetOf(INTERNET_GATEWAY),
    targetOf(ADDRESS),
    targetOf(NAT_GATEWAY),
    targetOf(ROUTE_TABLE),
    targetOf(SECURITY_GROUP),
    targetOf(SECURITY_GROUP_RULE),
    targetOf(INTERFACE),
  ],
  due: natDue,
};

/** The network steps of a cluster, in the order in which people read them. Their names are the same for every placement. */
import type { ClusterView } from '../../../domain/cluster.ts';
import type { AnyStep } from '../../../domain/plan.ts';
import { awsConfig } from '../aws-config.ts';
import { accountStep } from '../steps/account.ts';
import { addressesStep } from '../steps/addresses.ts';
import { adoptedSubnetsStep } from '../steps/adopted-subnets.ts';
import { adoptedVpcStep } from '../steps/adopted-vpc.ts';
import { gatewayStep } from '../steps/internet-gateway.ts';
import { natGatewaysStep } from '../steps/nat-gateways.ts';
import { routeTablesStep } from '../steps/route-tables.ts';
import { routesStep } from '../steps/routes.ts';
import { subnetsStep } from '../steps/subnets.ts';
import { vpcStep } from '../steps/vpc.ts';
import type { NetworkContext, NetworkOptions } from './context.ts';

export function networkSteps(
  view: Pick<ClusterView, 'spec'>,
  options: NetworkOptions,
): readonly AnyStep<NetworkContext>[] {
  const isStatic = awsConfig(view.spec).placement.mode === 'static';
  return [
    accountStep,
    isStatic ? adoptedVpcStep : vpcStep(options),
    gatewayStep(options),
    isStatic ? adoptedSubnetsStep : subnetsStep(options),
    routeTablesStep(options),
    addressesStep(options),
    routesStep('public'),
    natGatewaysStep(options),
    routesStep('private'),
  ];
}

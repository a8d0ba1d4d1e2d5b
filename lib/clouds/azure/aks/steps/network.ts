/**
 * Static placement: the virtual network and subnets that exist are looked up and adopted, never written, never
 * deleted. Dynamic placement is AKS's own business.
 */

import type { LedgerEntry } from '../../../../domain/cluster.ts';
import { ok } from '../../../../domain/errors.ts';
import { blocked, done, type Step, wait } from '../../../../domain/plan.ts';
import { SECOND_MS } from '../../../../domain/time.ts';
import { aksConfig } from '../../aks-config.ts';
import type { SubnetSeen, VirtualNetworkSeen } from '../../platform.ts';
import type { AksContext } from '../context.ts';
import { NETWORK_STEP } from '../desired.ts';

export interface NetworkDesired {
  readonly resourceGroup: string;
  readonly virtualNetwork: string;
  readonly controlPlaneSubnet: string;
  readonly workerSubnet: string;
}
export interface NetworkObserved {
  readonly network?: VirtualNetworkSeen;
}

/** Subnets with this delegation take the API server itself into the network; others are only recorded. */
const API_SERVER_DELEGATION = 'microsoft.containerservice/managedclusters';
const MOVING_LOOK_MS = 15 * SECOND_MS;

export const networkStep: Step<AksContext, NetworkDesired, NetworkObserved, never> = {
  name: NETWORK_STEP,
  title: 'Find the virtual network',
  condition: 'CreatingInfrastructure',
  after: ['aks/account'],
  desired(view) {
    const { placement, resourceGroup } = aksConfig(view.spec);
    if (view.deleting || placement.mode === 'dynamic') return undefined;
    const { virtualNetwork, controlPlaneSubnet, workerSubnet } = placement;
    return {
      resourceGroup: placement.virtualNetworkResourceGroup ?? resourceGroup,
      virtualNetwork,
      controlPlaneSubnet,
      workerSubnet,
    };
  },
  async observe(ctx, desired) {
    const network = await ctx.platform.virtualNetwork(desired.resourceGroup, desired.virtualNetwork);
    if (!network.ok) return network;
    return ok(network.value === undefined ? {} : { network: network.value });
  },
  plan(desired, { network }) {
    if (!network) {
      return blocked(
        'VirtualNetworkNotFound',
        `Virtual network ${desired.virtualNetwork} does not exist in resource group ${desired.resourceGroup}.`,
      );
    }
    const missing = [desired.controlPlaneSubnet, desired.workerSubnet].filter(
      (name) => !subnetOf(network, name),
    );
    if (missing.length > 0) {
      return blocked(
        'SubnetNotFound',
        `Virtual network ${network.name} has no subnet ${missing.join(', ')}.`,
      );
    }
    if (network.state === 'Updating') return wait(MOVING_LOOK_MS, 'NetworkUpdating');
    return done('NetworkFound');
  },
  async act(_ctx, _desired, action) {
    return action;
  },
  read(desired, { network }) {
    const worker = network && subnetOf(network, desired.workerSubnet);
    const control = network && subnetOf(network, desired.controlPlaneSubnet);
    if (!network || !worker || !control) return {};
    return {
      outputs: {
        workerSubnetId: worker.id,
        addressPrefixes: [...network.addressPrefixes],
        ...(takesApiServer(control) ? { apiServerSubnetId: control.id } : {}),
      },
      resources: [
        adopted('Microsoft.Network/virtualNetworks', network, 'network'),
        adopted('Microsoft.Network/virtualNetworks/subnets', control, 'control-plane-subnet'),
        adopted('Microsoft.Network/virtualNetworks/subnets', worker, 'worker-subnet'),
      ],
    };
  },
};

function subnetOf(network: VirtualNetworkSeen, name: string): SubnetSeen | undefined {
  return network.subnets.find((subnet) => subnet.name.toLowerCase() === name.toLowerCase());
}

function takesApiServer(subnet: SubnetSeen): boolean {
  return subnet.delegations.some((service) => service.toLowerCase() === API_SERVER_DELEGATION);
}

function adopted(
  kind: string,
  { id, name, state }: { readonly id: string; readonly name: string; readonly state: string },
  role: string,
): LedgerEntry {
  return { kind, id, name, role, origin: 'adopted', state };
}

/** Whether the account can do the work at all: one look at the resource group and one at the provider, no write ever. */

import { ok } from '../../../../domain/errors.ts';
import { blocked, done, type Step, wait } from '../../../../domain/plan.ts';
import { SECOND_MS } from '../../../../domain/time.ts';
import { aksConfig } from '../../aks-config.ts';
import type { ResourceGroupSeen } from '../../platform.ts';
import type { AksContext } from '../context.ts';

export interface AccountDesired {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}
export interface AccountObserved {
  readonly group?: ResourceGroupSeen;
  readonly provider: string;
}

const PROVIDER = 'Microsoft.ContainerService';
const REGISTERING_LOOK_MS = 30 * SECOND_MS;

export const accountStep: Step<AksContext, AccountDesired, AccountObserved, never> = {
  name: 'aks/account',
  title: 'Check the cloud account',
  condition: 'CheckingAccount',
  after: [],
  desired(view) {
    if (view.deleting) return undefined;
    const { subscriptionId, resourceGroup } = aksConfig(view.spec);
    return { subscriptionId, resourceGroup };
  },
  async observe(ctx, desired) {
    const [group, provider] = await Promise.all([
      ctx.platform.resourceGroup(desired.resourceGroup),
      ctx.platform.providerState(PROVIDER),
    ]);
    if (!group.ok) return group;
    if (!provider.ok) return provider;
    return ok({ ...(group.value === undefined ? {} : { group: group.value }), provider: provider.value });
  },
  plan(desired, { group, provider }) {
    if (!group) {
      return blocked(
        'ResourceGroupNotFound',
        `ResourceGroupNotFound: resource group ${desired.resourceGroup} does not exist in subscription ${desired.subscriptionId}. Create it; Slipway never does.`,
      );
    }
    if (group.state.toLowerCase() === 'deleting') {
      return blocked('ResourceGroupBeingDeleted', `Resource group ${group.name} is being deleted.`);
    }
    switch (provider) {
      case 'Registered':
        return done('AccountReady');
      case 'Registering':
        return wait(REGISTERING_LOOK_MS, 'RegisteringProvider', {
          message: `Azure registers ${PROVIDER} for the subscription.`,
        });
      default:
        return blocked(
          'MissingSubscriptionRegistration',
          `${PROVIDER} is ${provider} in the subscription. Register it: az provider register --namespace ${PROVIDER}`,
        );
    }
  },
  async act(_ctx, _desired, action) {
    return action;
  },
};

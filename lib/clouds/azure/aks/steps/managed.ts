/** Network and storage plugins come with AKS (A5): milestones that are reached once the nodes are Ready, at no cost. */
import type { ConditionType } from '../../../../domain/conditions.ts';
import { ok } from '../../../../domain/errors.ts';
import { done, type Step } from '../../../../domain/plan.ts';
import type { Layer } from '../../../../domain/profile.ts';
import type { AksContext } from '../context.ts';
import { NODES_STEP } from './nodes.ts';

type Managed = Step<AksContext, { readonly pack: string }, undefined, never>;

function managedStep(of: {
  readonly name: string;
  readonly title: string;
  readonly condition: ConditionType;
  readonly layer: Layer;
  readonly message: string;
}): Managed {
  return {
    name: of.name,
    title: of.title,
    condition: of.condition,
    after: [NODES_STEP],
    desired(view) {
      if (view.deleting) return undefined;
      const layer = view.profile.layers.find((candidate) => candidate.layer === of.layer);
      return { pack: layer?.pack ?? '' };
    },
    async observe() {
      return ok(undefined);
    },
    plan: () => done('ManagedByCloud', { message: of.message }),
    async act(_ctx, _desired, action) {
      return action;
    },
  };
}

export const networkPluginStep = managedStep({
  name: 'aks/network-plugin',
  title: 'Install the network plugin',
  condition: 'InstallingNetwork',
  layer: 'cni',
  message: 'AKS runs Azure CNI; the nodes are Ready with it.',
});

export const storageStep = managedStep({
  name: 'aks/storage',
  title: 'Install the storage drivers',
  condition: 'InstallingStorage',
  layer: 'csi',
  message: 'AKS runs the Azure disk and file drivers.',
});

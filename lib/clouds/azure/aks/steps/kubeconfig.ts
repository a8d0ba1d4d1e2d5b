/**
 * The managed control plane is AKS's work (A4): this step only fetches its admin credential into the secret store and
 * notes where the API server is.
 */
import { ok } from '../../../../domain/errors.ts';
import { act, done, type Step, wait } from '../../../../domain/plan.ts';
import { SECOND_MS } from '../../../../domain/time.ts';
import type { AksContext } from '../context.ts';
import { CLUSTER_STEP, KUBECONFIG_STEP } from '../desired.ts';
import type { AksCluster } from '../port.ts';

export interface KubeconfigDesired {
  readonly deleting: boolean;
  readonly cluster: string;
}
export interface KubeconfigObserved {
  readonly stored: boolean;
  readonly cluster?: AksCluster;
}
export type KubeconfigAction = 'fetch' | 'forget';

const NO_ADDRESS_LOOK_MS = 30 * SECOND_MS;

export const kubeconfigStep: Step<AksContext, KubeconfigDesired, KubeconfigObserved, KubeconfigAction> = {
  name: KUBECONFIG_STEP,
  title: 'Connect to the control plane',
  condition: 'AddingControlPlaneNode',
  after: [CLUSTER_STEP],
  desired: (view) => ({ deleting: view.deleting, cluster: view.name }),
  async observe(ctx, desired) {
    const stored = (await ctx.kubeconfig.get()) !== undefined;
    if (desired.deleting) return ok({ stored });
    const cluster = await ctx.cluster();
    if (!cluster.ok) return cluster;
    return ok({ stored, ...(cluster.value === undefined ? {} : { cluster: cluster.value }) });
  },
  plan(desired, { stored, cluster }) {
    if (desired.deleting) return stored ? act('forget', 'RemovingKubeconfig') : done('KubeconfigRemoved');
    if (cluster?.fqdn === undefined) return wait(NO_ADDRESS_LOOK_MS, 'WaitingForControlPlane');
    if (!stored) return act('fetch', 'FetchingKubeconfig', { message: 'Fetching the admin kubeconfig.' });
    return done('ManagedByCloud', { message: 'AKS runs the control plane.' });
  },
  async act(ctx, desired, action) {
    switch (action) {
      case 'fetch': {
        const kubeconfig = await ctx.aks.adminKubeconfig();
        if (!kubeconfig.ok) return kubeconfig;
        await ctx.kubeconfig.set(kubeconfig.value);
        return ok({ event: `Stored the admin kubeconfig of ${desired.cluster}`, lookAfterMs: 0 });
      }
      case 'forget':
        await ctx.kubeconfig.delete();
        return ok({ event: `Removed the admin kubeconfig of ${desired.cluster}`, lookAfterMs: 0 });
    }
  },
  read(_desired, { cluster }) {
    if (cluster?.fqdn === undefined) return {};
    return {
      outputs: {
        apiEndpoint: `https://${cluster.fqdn}:443`,
        kubernetesVersion: cluster.kubernetesVersion,
      },
    };
  },
};

/**
 * The packs of a cluster on machines, in the order in which a cluster comes to life: the cloud's controller, which lets
 * pods onto nodes, and the network plugin, which makes nodes Ready; then storage and what measures. The controller belongs to the
 * condition of the network: both are what a node needs before it takes pods, and the cloud's own infrastructure is long
 * done when they are installed.
 */
import type { ClusterView } from '../../domain/cluster.ts';
import type { AnyStep } from '../../domain/plan.ts';
import type { Layer } from '../../domain/profile.ts';
import {
  CLOUD_CONTROLLER_STEP,
  FIRST_NODE_STEP,
  METRICS_STEP,
  NETWORK_PLUGIN_STEP,
  STORAGE_STEP,
} from '../names.ts';
import type { MachineContext } from '../port.ts';
import type { PackName } from './manifests.ts';
import { packStep } from './pack-step.ts';

export interface PackStepsOptions {
  /** Comes with the cloud, not with the profile. */
  readonly cloudController: PackName;
  /** What kubeadm was given. */
  readonly podCidr: string;
}

export function packSteps({
  cloudController,
  podCidr,
}: PackStepsOptions): readonly AnyStep<MachineContext>[] {
  return [
    packStep({
      name: CLOUD_CONTROLLER_STEP,
      title: 'Install the cloud controller',
      condition: 'InstallingNetwork',
      after: [FIRST_NODE_STEP],
      podCidr,
      pack: () => cloudController,
    }),
    packStep({
      name: NETWORK_PLUGIN_STEP,
      title: 'Install the network plugin',
      condition: 'InstallingNetwork',
      after: [FIRST_NODE_STEP],
      podCidr,
      pack: (view) => packOf(view, 'cni'),
    }),
    packStep({
      name: STORAGE_STEP,
      title: 'Install the storage driver',
      condition: 'InstallingStorage',
      after: [CLOUD_CONTROLLER_STEP, NETWORK_PLUGIN_STEP],
      podCidr,
      pack: (view) => packOf(view, 'csi'),
    }),
    packStep({
      name: METRICS_STEP,
      title: 'Install the metrics server',
      condition: 'InstallingAgent',
      after: [CLOUD_CONTROLLER_STEP, NETWORK_PLUGIN_STEP],
      podCidr,
      pack: (view) => (bringsMetrics(view) ? undefined : 'metrics-server'),
    }),
  ];
}

function packOf(view: ClusterView, layer: Layer): string | undefined {
  return view.profile.layers.find((one) => one.layer === layer)?.pack;
}

/** Two of them would fight for the same API. */
function bringsMetrics(view: ClusterView): boolean {
  return view.profile.layers.some(({ layer, pack }) => layer === 'addon' && pack === 'metrics-server');
}

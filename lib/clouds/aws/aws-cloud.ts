/** Self-managed Kubernetes on EC2: steps, context of a pass, what carries our tag, and questions during validation. */
import { agentStep } from '../../agents/install-step.ts';
import type { AgentSetup } from '../../agents/registry.ts';
import { NO_AGENTS } from '../../agents/registry.ts';
import type { ClusterView } from '../../domain/cluster.ts';
import { fail, ok } from '../../domain/errors.ts';
import type { AnyStep } from '../../domain/plan.ts';
import type { Clock } from '../../domain/ports.ts';
import { HOUR_MS } from '../../domain/time.ts';
import type { ConnectSelfManaged } from '../../kube/self-managed.ts';
import { FIRST_NODE_STEP, STORAGE_STEP } from '../../machines/names.ts';
import { packSteps } from '../../machines/packs/steps.ts';
import { machineSteps } from '../../machines/steps/index.ts';
import type { SecretStore } from '../../secrets/port.ts';
import { guardedSecrets } from '../guarded-secrets.ts';
import type { AccountAccess, CallGuard, Cloud } from '../port.ts';
import { awsConfig } from './aws-config.ts';
import { type AwsContext, NO_CLUSTER, openContext } from './context.ts';
import { liveResources } from './live-resources.ts';
import { awsMachineCloud } from './machines/machine-cloud.ts';
import type { PriceReader } from './machines/prices.ts';
import { networkSteps } from './network/steps.ts';
import { openSession, type SessionParts } from './session.ts';
import { bastionStep } from './steps/bastion.ts';
import { eventsStep } from './steps/events.ts';
import { imageStep } from './steps/image.ts';
import { instanceProfilesStep } from './steps/instance-profiles.ts';
import { leavingsStep } from './steps/leavings.ts';
import { loadBalancerStep } from './steps/load-balancer.ts';
import { securityGroupsStep } from './steps/security-groups.ts';
import { tagsStep } from './steps/tags.ts';
import type { Verifier } from './verify/verifier.ts';
import { AWS_WINDOWS } from './windows.ts';

export interface AwsCloudParts extends SessionParts {
  readonly speed: number;
  readonly secrets: SecretStore;
  /** Bound to a pass: what it writes to a cluster is subject to the same deadline. */
  readonly connectKube: (guard: CallGuard) => ConnectSelfManaged;
  readonly clock: Clock;
  readonly verifier: Verifier;
  readonly prices: PriceReader;
  /** Whether another cluster that stays uses the same account in the same region. */
  readonly hasNeighbours: (view: ClusterView) => Promise<boolean>;
  /** `undefined`: clusters get no agent. */
  readonly agents: AgentSetup | undefined;
}

/** Of a kubeconfig that is handed out; whoever may have one can fetch another. Our choice: docs/limits.md. */
const KUBECONFIG_MS = 30 * 24 * HOUR_MS;

export function createAwsCloud(parts: AwsCloudParts): Cloud<AwsContext> {
  return {
    type: 'aws',
    accountType: 'aws',
    windows: AWS_WINDOWS,
    steps: (view) => awsSteps(view, parts),
    open: (access, view, guard) => open(parts, access, view, guard),
    listOwned: (ctx) => ctx.owned.list(),
    liveResources,
    deleteOwned: (ctx, resource) => ctx.owned.remove(resource),
    verify: (request) => parts.verifier.verify(request),
    defaultZones: (access, at, timeoutMs) => parts.verifier.defaultZones(access, at, timeoutMs),
    kubeconfig,
  };
}

function awsSteps(
  view: ClusterView,
  { speed, agents }: Pick<AwsCloudParts, 'speed' | 'agents'>,
): readonly AnyStep<AwsContext>[] {
  const options = { speed };
  return [
    ...networkSteps(view, options),
    imageStep,
    tagsStep,
    eventsStep,
    instanceProfilesStep(options),
    securityGroupsStep(options),
    loadBalancerStep(options),
    bastionStep(options),
    leavingsStep,
    ...machineSteps(awsMachineCloud, view, {
      speed,
      hiddenMs: AWS_WINDOWS.hiddenMs,
      manifests: packSteps({ cloudController: 'cloud-controller-aws', podCidr: awsMachineCloud.podCidr }),
    }),
    ...(agents === undefined ? [] : [agentStep(agents.facts, [STORAGE_STEP])]),
  ];
}

function open(parts: AwsCloudParts, access: AccountAccess, view: ClusterView, guard: CallGuard): AwsContext {
  const session = openSession(parts, access, awsConfig(view.spec).region, guard);
  return openContext({
    view,
    session,
    secrets: guardedSecrets(parts.secrets, guard),
    connect: parts.connectKube(guard),
    async prices(instanceType) {
      const read = await parts.prices.read(session, [instanceType]);
      return read.ok ? ok(read.value.get(instanceType) ?? { spot: [] }) : read;
    },
    hasNeighbours: () => parts.hasNeighbours(view),
    agents: parts.agents?.open(guard, view) ?? NO_AGENTS,
    now: () => parts.clock.now(),
  });
}

/** Made on the spot from the cluster's own authority; nothing of it is kept. */
async function kubeconfig(ctx: AwsContext, view: ClusterView): ReturnType<Cloud['kubeconfig']> {
  const endpoint = awsMachineCloud.endpoint(view);
  const isUp = view.outputs(FIRST_NODE_STEP).initialised === true;
  if (endpoint === undefined || !isUp) return fail(NO_CLUSTER);
  return ctx.boot.adminKubeconfig(endpoint, KUBECONFIG_MS, 'people');
}

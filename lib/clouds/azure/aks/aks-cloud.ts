/** The AKS cloud: steps, context of a pass, what carries our tag, and questions during validation. */

import { type AgentSetup, NO_AGENTS } from '../../../agents/registry.ts';
import type { ClusterView } from '../../../domain/cluster.ts';
import { clusterKey } from '../../../domain/cluster-key.ts';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import type { Clock } from '../../../domain/ports.ts';
import { SECOND_MS } from '../../../domain/time.ts';
import type { ConnectWorkloadApi } from '../../../kube/port.ts';
import type { SecretStore } from '../../../secrets/port.ts';
import { guardedSecrets } from '../../guarded-secrets.ts';
import type { AccountAccess, CallGuard, Cloud, OwnedResource } from '../../port.ts';
import { aksConfig } from '../aks-config.ts';
import { openPlatform } from '../arm/arm-platform.ts';
import { isManagedCluster } from '../arm/orphans.ts';
import { openSession, type SessionParts } from '../arm/session.ts';
import type { Verifier } from '../verify/verifier.ts';
import { openAks } from './arm-aks.ts';
import { type AksContext, openContext } from './context.ts';
import { liveResources } from './live-resources.ts';
import { aksSteps } from './steps/index.ts';

export interface AksCloudParts extends SessionParts {
  readonly speed: number;
  readonly secrets: SecretStore;
  readonly connectKube: (guard: CallGuard) => ConnectWorkloadApi;
  readonly clock: Clock;
  readonly verifier: Verifier;
  /** `undefined`: clusters get no agent. */
  readonly agents: AgentSetup | undefined;
}

/** W: ARM's lists of resources, filters by tag above all, lag behind creation by up to a minute. */
const HIDDEN_MS = 60 * SECOND_MS;
/**
 * Q: a write may land until the pass's deadline (60 s) plus one request (15 s), stays hidden for W, and clocks of
 * workers differ by some seconds.
 */
const QUIET_MS = 60 * SECOND_MS + 15 * SECOND_MS + HIDDEN_MS + 15 * SECOND_MS;

export function createAksCloud(parts: AksCloudParts): Cloud<AksContext> {
  return {
    type: 'aks',
    accountType: 'azure',
    windows: { quietMs: QUIET_MS, hiddenMs: HIDDEN_MS },
    steps: (view) => aksSteps(view, parts.speed, parts.agents?.facts),
    open: (access, view, guard) => open(parts, access, view, guard),
    listOwned: (ctx, view) => listOwned(ctx, view),
    liveResources,
    deleteOwned,
    verify: (request) => parts.verifier.verify(request),
    defaultZones: (access, at, timeoutMs) => parts.verifier.defaultZones(access, at, timeoutMs),
    kubeconfig,
  };
}

function open(parts: AksCloudParts, access: AccountAccess, view: ClusterView, guard: CallGuard): AksContext {
  const session = openSession(parts, access, guard);
  const { subscriptionId, resourceGroup } = aksConfig(view.spec);
  const { tenantId = '', clientId = '' } = access.account.settings;
  const application = { tenantId, clientId, secret: access.secret };
  const address = { subscriptionId, resourceGroup, name: clusterKey(view.name, view.id) };
  return openContext({
    id: view.id,
    aks: openAks(session, address, application),
    platform: openPlatform(session, subscriptionId),
    secrets: guardedSecrets(parts.secrets, guard),
    connect: parts.connectKube(guard),
    now: () => parts.clock.now(),
    agents: parts.agents?.open(guard, view) ?? NO_AGENTS,
    clusterName: address.name.toLowerCase(),
    credentialsOf: access.account.lastRotatedAt,
  });
}

/** Networks that existed before carry no tag of ours, so nothing adopted can be in the list. */
async function listOwned(ctx: AksContext, view: ClusterView): Promise<Result<readonly OwnedResource[]>> {
  return ctx.platform.listTagged(view.id);
}

/**
 * Machines, disks and load balancers live in the node resource group and go with their cluster; the cluster itself is
 * its step's affair, which looks by name: the list still shows it for a while after it is gone.
 */
async function deleteOwned(ctx: AksContext, resource: OwnedResource): Promise<Result<void>> {
  if (!isManagedCluster(resource) || resource.name.toLowerCase() === ctx.clusterName) return ok(undefined);
  return ctx.platform.deleteManagedCluster(resource.id);
}

/** Never stores what it fetched: whoever asks may only read, and keeping it is the step's affair. */
async function kubeconfig(ctx: AksContext): ReturnType<Cloud['kubeconfig']> {
  const stored = await ctx.kubeconfig.get();
  if (stored) return ok(stored);
  const cluster = await ctx.cluster();
  if (!cluster.ok) return cluster;
  if (!cluster.value) {
    return fail({
      code: 'NotFound',
      message: 'NotFound: the cluster does not exist yet',
      source: 'azure:kubeconfig',
    });
  }
  return ctx.aks.adminKubeconfig();
}

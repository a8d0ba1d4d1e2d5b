/**
 * The simulated Azure and the Kubernetes of its clusters on virtual time, without sockets, with any number of
 * subscriptions, each with a service principal and a cloud account of its own. Quotas are far above what is asked for:
 * the benchmarks measure throttling and waiting, not refusals.
 */
import { type AccountDocument, accountAddress, accountId } from '../../lib/accounts/store.ts';
import type { Clock } from '../../lib/domain/ports.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { toInstant } from '../../lib/domain/time.ts';
import type { SecretStore } from '../../lib/secrets/port.ts';
import type { DocumentStore } from '../../lib/store/port.ts';
import { ROLES } from '../../local/clouds/azure/authorization.ts';
import { NETWORK_LIMITS, VM_SIZES } from '../../local/clouds/azure/catalogue.ts';
import { groupId, keyOf } from '../../local/clouds/azure/ids.ts';
import { NAMESPACES, providerKey } from '../../local/clouds/azure/resources/providers.ts';
import { RESOURCE_GROUP, RESOURCE_GROUP_LOCATION, TENANT_ID } from '../../local/clouds/azure/seed.ts';
import { type AzureSimulator, createAzureSimulator } from '../../local/clouds/azure/simulator.ts';
import { openState, type State } from '../../local/clouds/azure/state.ts';
import type { CloudClock } from '../../local/clouds/kit/clock.ts';
import { memoryRecords } from '../../local/clouds/kit/records.ts';
import { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';
import { azureMachines } from '../../local/workloads.ts';

export interface BenchClouds {
  readonly azure: AzureSimulator;
  /** What the simulator knows, for measuring; benchmarks only read it. */
  readonly state: State;
  readonly clusters: SimulatedClusters;
}

const FAR_ABOVE = 1_000_000;

/** From a machine's join to its node being Ready. */
export const NODE_READY_MS = 10_000;
const POD_STOP_MS = 5_000;

export function benchClouds(clock: Clock, seed: string): BenchClouds {
  const records = memoryRecords();
  // Access tokens are compared with the clients' own clock, which is the machine's.
  const cloudClock: CloudClock = { now: () => Math.floor(clock.now()), wallNow: Date.now };
  const parts: { azure?: AzureSimulator } = {};
  const azureNow = (): AzureSimulator => {
    if (!parts.azure) throw new Error('The simulated Azure is not there yet');
    return parts.azure;
  };
  const clusters = new SimulatedClusters({
    source: azureMachines(azureNow, cloudClock),
    clock,
    secret: seed,
    baseUrl: () => 'https://clusters.test',
    times: { nodeReadyMs: NODE_READY_MS, podStopMs: POD_STOP_MS },
    tokenFor: (uid) => azureNow().cluster(uid)?.adminToken ?? '',
  });
  const azure = createAzureSimulator({
    clock: cloudClock,
    records,
    seed,
    settings: {
      kubernetesUrl: ({ uid }) => `https://clusters.test/clusters/${uid}`,
      isCordoned: ({ clusterUid, name }) => clusters.isCordoned(clusterUid, name),
      clusterGone: (uid) => clusters.forget(uid),
    },
  });
  parts.azure = azure;
  raiseQuotas(azure);
  return { azure, state: openState(records), clusters };
}

function raiseQuotas(azure: AzureSimulator): void {
  const families = new Set(VM_SIZES.map(({ family }) => family));
  const counters = ['cores', 'virtualMachineScaleSets', ...families, ...Object.keys(NETWORK_LIMITS)];
  for (const name of counters) azure.addFault({ fault: 'quota', name, limit: FAR_ABOVE });
}

export interface BenchAccount {
  readonly name: string;
  readonly subscriptionId: string;
}

/** Subscription, principal and cloud account number `index`; they share nothing but the tenant. */
export async function addAccount(
  clouds: BenchClouds,
  deps: { readonly store: DocumentStore; readonly secrets: SecretStore; readonly clock: Clock },
  at: { readonly project: string; readonly index: number },
): Promise<BenchAccount> {
  const number = String(at.index).padStart(12, '0');
  const subscriptionId = `00000000-0000-0000-0001-${number}`;
  const clientId = `00000000-0000-0000-0002-${number}`;
  const clientSecret = `simulated~bench-${at.index}~secret`;
  addSubscription(clouds.state, subscriptionId);
  const objectId = `00000000-0000-0000-0003-${number}`;
  const name = `bench-${at.index}`;
  clouds.azure.administration.putPrincipal({
    objectId,
    tenantId: TENANT_ID,
    clientId,
    displayName: name,
    secrets: [{ value: clientSecret }],
    graphRoles: [],
  });
  const scope = `/subscriptions/${subscriptionId}`;
  clouds.azure.administration.grant({ principalId: objectId, scope, role: ROLES.Contributor, atOnce: true });
  await storeAccount(deps, { project: at.project, name, clientId, clientSecret });
  return { name, subscriptionId };
}

function addSubscription(state: State, id: string): void {
  state.subscriptions.put(id, { id, displayName: id, tenantId: TENANT_ID, state: 'Enabled' });
  const group = groupId(id, RESOURCE_GROUP);
  state.groups.put(keyOf(group), {
    key: keyOf(group),
    id: group,
    name: RESOURCE_GROUP,
    subscription: id,
    location: RESOURCE_GROUP_LOCATION,
    tags: {},
    state: 'Succeeded',
    seeded: true,
    createdAt: 0,
  });
  for (const namespace of Object.keys(NAMESPACES))
    state.providers.put(providerKey(id, namespace), { namespace, subscription: id, registeredAt: 0 });
}

async function storeAccount(
  { store, secrets, clock }: { store: DocumentStore; secrets: SecretStore; clock: Clock },
  account: { project: string; name: string; clientId: string; clientSecret: string },
): Promise<void> {
  const { project, name, clientId, clientSecret } = account;
  const now = toInstant(clock.now());
  const document: AccountDocument = {
    id: accountId(name),
    type: 'cloud-account',
    project,
    name,
    accountType: 'azure',
    settings: { tenantId: TENANT_ID, clientId, tenantName: 'simulated.onmicrosoft.com' },
    secretName: `account-of-${name}`,
    lastRotatedAt: now,
    generation: 1,
    createdAt: now,
    updatedAt: now,
  };
  await secrets.set(document.secretName, new Secret(clientSecret));
  await store.create(accountAddress(project), document);
}

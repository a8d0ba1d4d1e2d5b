/** The unmodified Azure SDK clients, talking over a socket to a simulated Azure that runs on the test's clock. */
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ComputeManagementClient } from '@azure/arm-compute';
import { ContainerServiceClient } from '@azure/arm-containerservice';
import { NetworkManagementClient } from '@azure/arm-network';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import { DEMO_ACCOUNT, SUBSCRIPTION_ID } from '../../local/clouds/azure/seed.ts';
import { type SimulatedAzure, startSimulatedAzure } from '../../local/clouds/azure/server.ts';
import type { AzureSettings } from '../../local/clouds/azure/settings.ts';
import { type VirtualClock, virtualClock } from '../../local/clouds/kit/clock.ts';

/** Sends every request to `base`, while the SDK goes on believing in the address that it asked for. */
export function rewritingClient(base: string): HttpClient {
  const inner = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const logical = request.url;
      const { host, origin } = new URL(logical);
      request.url = base + logical.slice(origin.length);
      request.headers.set('x-forwarded-host', host);
      request.allowInsecureConnection = true;
      try {
        return await inner.sendRequest(request);
      } finally {
        request.url = logical;
      }
    },
  };
}

export interface AzureClients {
  readonly azure: SimulatedAzure;
  readonly clock: VirtualClock;
  readonly http: HttpClient;
  readonly aks: ContainerServiceClient;
  readonly network: NetworkManagementClient;
  readonly compute: ComputeManagementClient;
  readonly resources: ResourceManagementClient;
  readonly subscriptions: SubscriptionClient;
  readonly authorization: AuthorizationManagementClient;
}

export async function startClients(settings: Partial<AzureSettings> = {}): Promise<AzureClients> {
  const clock = virtualClock(Date.now());
  const azure = await startSimulatedAzure({ clock, settings });
  const http = rewritingClient(azure.url);
  const options = { httpClient: http, retryOptions: { maxRetries: 0 } };
  const { tenantId, clientId, clientSecret } = DEMO_ACCOUNT;
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, options);
  return {
    azure,
    clock,
    http,
    aks: new ContainerServiceClient(credential, SUBSCRIPTION_ID, options),
    network: new NetworkManagementClient(credential, SUBSCRIPTION_ID, options),
    compute: new ComputeManagementClient(credential, SUBSCRIPTION_ID, options),
    resources: new ResourceManagementClient(credential, SUBSCRIPTION_ID, options),
    subscriptions: new SubscriptionClient(credential, options),
    authorization: new AuthorizationManagementClient(credential, SUBSCRIPTION_ID, options),
  };
}

export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

export interface Refusal {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
}

/** The error that a call ends with, as far as it is one of the service's. */
export async function refusalOf(call: () => PromiseLike<unknown>): Promise<Refusal> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const statusCode =
      'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    return { message: error.message, ...(statusCode ? { statusCode } : {}), ...(code ? { code } : {}) };
  }
  throw new Error('The call was not refused');
}

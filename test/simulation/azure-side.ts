/**
 * The cloud of a simulation: the simulated Azure and the Kubernetes of its clusters in this process, on virtual time,
 * with the network that an owner brought along. `ask` is that owner, beside every throttle of ours.
 */
import type { HttpClient } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import type { KubeTransport } from '../../lib/kube/transport.ts';
import { ROLES } from '../../local/clouds/azure/authorization.ts';
import { inProcessHttpClient } from '../../local/clouds/azure/in-process-client.ts';
import { RESOURCE_GROUP, SUBSCRIPTION_ID, TENANT_ID } from '../../local/clouds/azure/seed.ts';
import { type AzureSimulator, createAzureSimulator } from '../../local/clouds/azure/simulator.ts';
import type { CloudClock } from '../../local/clouds/kit/clock.ts';
import type { SimAnswer, SimRequest } from '../../local/clouds/kit/wire.ts';
import { inProcessTransport } from '../../local/kube/in-process.ts';
import { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';
import { azureMachines } from '../../local/workloads.ts';
import type { Scheduler } from './scheduler.ts';

const OWNER = {
  objectId: '00000000-0000-0000-0000-0000000000b9',
  tenantId: TENANT_ID,
  clientId: '00000000-0000-0000-0000-0000000000c9',
  displayName: 'owner',
  secrets: [{ value: 'owner' }],
  graphRoles: [],
} as const;

const KUBERNETES_URL = 'https://kubernetes.test';
export const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${RESOURCE_GROUP}`;
export const NETWORK = {
  name: 'landing-zone',
  controlPlaneSubnet: 'control',
  workerSubnet: 'workers',
} as const;
export const NETWORK_ID = `${GROUP}/providers/Microsoft.Network/virtualNetworks/${NETWORK.name}`;

export interface AzureSide {
  readonly azure: AzureSimulator;
  readonly kubernetes: SimulatedClusters;
  readonly http: HttpClient;
  readonly transport: KubeTransport;
  /** One request of the owner; the body of a 2xx answer. Throws on every other. */
  ask(method: string, path: string, body?: unknown): unknown;
}

export interface AzureSideOptions {
  readonly scheduler: Scheduler;
  readonly seed: number;
  /** Sees what our side sends, and what it is told. */
  readonly watch: {
    sends(request: SimRequest): void;
    saw(request: SimRequest, answer: SimAnswer): void;
  };
}

export function azureSide({ scheduler, seed, watch }: AzureSideOptions): AzureSide {
  const wallNow = () => Math.floor(scheduler.now());
  const clock: CloudClock = { now: wallNow, wallNow };
  const kubernetes: SimulatedClusters = new SimulatedClusters({
    source: azureMachines(() => azure, clock),
    clock: scheduler,
    secret: 'kubernetes',
    baseUrl: () => KUBERNETES_URL,
    tokenFor: (uid) => azure.cluster(uid)?.adminToken ?? '',
  });
  const azure: AzureSimulator = createAzureSimulator({
    clock,
    seed: `seed ${seed}`,
    settings: {
      kubernetesUrl: ({ uid }) => `${KUBERNETES_URL}/clusters/${uid}`,
      isCordoned: ({ clusterUid, name }) => kubernetes.isCordoned(clusterUid, name),
      clusterGone: (uid) => kubernetes.forget(uid),
    },
  });
  const handle = (request: SimRequest) => {
    watch.sends(request);
    const answer = azure.handle(request);
    watch.saw(request, answer);
    return answer;
  };
  const side: AzureSide = {
    azure,
    kubernetes,
    http: inProcessHttpClient({ handle }),
    transport: inProcessTransport(kubernetes, wallNow),
    ask: (method, path, body) => askAsOwner(azure, method, path, body),
  };
  azure.administration.putPrincipal(OWNER);
  const scope = `/subscriptions/${SUBSCRIPTION_ID}`;
  azure.administration.grant({ principalId: OWNER.objectId, scope, role: ROLES.Owner, atOnce: true });
  return side;
}

/** What exists before any cluster: adopted by some of them, and everyone else's business afterwards. */
export function putNetwork({ ask }: AzureSide): void {
  ask('PUT', NETWORK_ID, {
    location: 'westeurope',
    tags: { team: 'network' },
    properties: {
      addressSpace: { addressPrefixes: ['10.9.0.0/16'] },
      subnets: [
        {
          name: NETWORK.controlPlaneSubnet,
          properties: {
            addressPrefix: '10.9.0.0/28',
            delegations: [
              { name: 'aks', properties: { serviceName: 'Microsoft.ContainerService/managedClusters' } },
            ],
          },
        },
        { name: NETWORK.workerSubnet, properties: { addressPrefix: '10.9.16.0/20' } },
      ],
    },
  });
}

const Token = z.object({ access_token: z.string() });

function askAsOwner(azure: AzureSimulator, method: string, path: string, body: unknown): unknown {
  const authorization = `Bearer ${Token.parse(signIn(azure)).access_token}`;
  const url = `https://management.azure.com${path}?api-version=2026-04-01`;
  const text = body === undefined ? '' : JSON.stringify(body);
  return contentOf(azure.handle({ method, url, headers: { authorization }, body: text }));
}

function signIn(azure: AzureSimulator): unknown {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: OWNER.clientId,
    client_secret: OWNER.secrets[0].value,
    scope: 'https://management.azure.com/.default',
  });
  const url = `https://login.microsoftonline.com/${TENANT_ID}/oauth2/v2.0/token`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return contentOf(azure.handle({ method: 'POST', url, headers, body: form.toString() }));
}

function contentOf(answer: SimAnswer): unknown {
  if (answer === 'cut' || answer.status >= 300) throw new Error(`Refused: ${JSON.stringify(answer)}`);
  return answer.body === '' ? undefined : JSON.parse(answer.body);
}

/** For tests: a simulated Azure on a clock of the test's own, asked with plain requests as the demo account. */
import { type VirtualClock, virtualClock } from '../kit/clock.ts';
import type { Records } from '../kit/records.ts';
import { DEMO_ACCOUNT, RESOURCE_GROUP, SUBSCRIPTION_ID } from './seed.ts';
import { type AzureSettings, TIMINGS } from './settings.ts';
import { type AzureSimulator, createAzureSimulator } from './simulator.ts';

/** A 2048-bit key that was made for these tests and opens nothing. */
export const SSH_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCzxUqNg4vRrhYct7pC18Fay2055ulUP9uhv44l4/j8FBrFeO/xTpgB3UpLGLofZe/cIO5wwzU5JNwrGfQr3IXqhv1VZX0hM6jnfcysjtn9Afukr+yYOo21sbQtA+Tckl+q6uM2Y1DwxXYxbdFgGS4xG/O/zPCjP0Vf491DwofHPhOvC9VemAOF5PxG2kL6wviPpvn0YCrw/aHitAFV0KLI6dkoVttgcR902x6ZR3mq5t+5ScMU3LOeCYo2nUoGaH6IOXKo4XvWFWkqxk7CDWG7EPmvWm7vNqReo2Ukig5w57WDgc/0Qptl2CDY2i3Da1UcBAKJ+n/KoAQ7/95Sk6o7';

export const START = Date.parse('2026-11-20T12:00:00Z');
export const MINUTE = 60_000;

/** Lists show everything at once, for tests that are not about the lag. */
export const NO_LAG: Partial<AzureSettings> = { timings: { ...TIMINGS, listLag: [0, 0] } };

// biome-ignore lint/suspicious/noExplicitAny: a test reads answers of every shape, and a wrong path shows at once.
type Body = any;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

export interface AzureHarness {
  readonly simulator: AzureSimulator;
  readonly clock: VirtualClock;
  /** A fresh access token whenever an hour has passed. */
  token(): string;
  get(path: string, headers?: Record<string, string>): Answer;
  put(path: string, body: unknown, headers?: Record<string, string>): Answer;
  patch(path: string, body: unknown): Answer;
  post(path: string, body?: unknown): Answer;
  del(path: string, headers?: Record<string, string>): Answer;
  /** Anything at all; `path` may be absolute. */
  send(method: string, path: string, body: string, headers: Record<string, string>): Answer | 'cut';
}

export interface HarnessOptions {
  readonly settings?: Partial<AzureSettings>;
  readonly records?: Records;
  readonly seed?: string;
  readonly clock?: VirtualClock;
}

export function azureHarness(options: HarnessOptions = {}): AzureHarness {
  const clock = options.clock ?? virtualClock(START);
  const simulator = createAzureSimulator({ ...options, clock });
  const send: AzureHarness['send'] = (method, path, body, headers) => {
    const answer = simulator.handle({ method, url: path, headers, body });
    if (answer === 'cut') return answer;
    return { ...answer, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
  };
  let issued = { at: clock.now(), token: signIn(simulator) };
  const token = () => {
    if (clock.wallNow() > issued.at + 50 * MINUTE) issued = { at: clock.wallNow(), token: signIn(simulator) };
    return issued.token;
  };
  const call = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Answer => {
    const url = `https://management.azure.com${path}${path.includes('api-version') ? '' : `${path.includes('?') ? '&' : '?'}api-version=2026-06-01`}`;
    const text = body === undefined ? '' : JSON.stringify(body);
    const answer = send(method, url, text, { authorization: `Bearer ${token()}`, ...headers });
    if (answer === 'cut') throw new Error('The connection was cut');
    return answer;
  };
  return {
    simulator,
    clock,
    token,
    send,
    get: (path, headers) => call('GET', path, undefined, headers),
    put: (path, body, headers) => call('PUT', path, body, headers),
    patch: (path, body) => call('PATCH', path, body),
    post: (path, body) => call('POST', path, body),
    del: (path, headers) => call('DELETE', path, undefined, headers),
  };
}

export interface SignIn {
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scope?: string;
}

/** An access token of the demo account, or of whoever is named. */
export function signIn(simulator: AzureSimulator, who: SignIn = {}): string {
  const {
    tenantId = DEMO_ACCOUNT.tenantId,
    clientId = DEMO_ACCOUNT.clientId,
    clientSecret = DEMO_ACCOUNT.clientSecret,
    scope = 'https://management.azure.com/.default',
  } = who;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
  const answer = simulator.handle({
    method: 'POST',
    url: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  if (answer === 'cut' || answer.status !== 200) throw new Error(`No token: ${JSON.stringify(answer)}`);
  return JSON.parse(answer.body).access_token;
}

export const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${RESOURCE_GROUP}`;
export const clusterPath = (name: string): string =>
  `${GROUP}/providers/Microsoft.ContainerService/managedClusters/${name}`;
export const poolPath = (cluster: string, pool: string): string =>
  `${clusterPath(cluster)}/agentPools/${pool}`;
export const networkPath = (name: string): string =>
  `${GROUP}/providers/Microsoft.Network/virtualNetworks/${name}`;
export const subnetPath = (network: string, name: string): string =>
  `${networkPath(network)}/subnets/${name}`;

interface Overrides {
  readonly [name: string]: unknown;
}

export const aPool = (overrides: Overrides = {}): Record<string, unknown> => ({
  name: 'system',
  mode: 'System',
  count: 3,
  vmSize: 'Standard_D2s_v5',
  ...overrides,
});

/** The body of a cluster that Azure accepts. */
export const aCluster = (properties: Overrides = {}, top: Overrides = {}): Record<string, unknown> => ({
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  ...top,
  properties: {
    dnsPrefix: 'c1',
    linuxProfile: { adminUsername: 'azureuser', ssh: { publicKeys: [{ keyData: SSH_KEY }] } },
    agentPoolProfiles: [aPool()],
    ...properties,
  },
});

/** A cluster that is up and Succeeded. */
export function withCluster(harness: AzureHarness, name = 'c1', body = aCluster()): void {
  const answer = harness.put(clusterPath(name), body);
  if (answer.status !== 201) throw new Error(`Not created: ${JSON.stringify(answer.body)}`);
  harness.clock.advance(10 * MINUTE);
}

/** A virtual network 10.9.0.0/16 with the subnets given as name and range. */
export function withNetwork(
  harness: AzureHarness,
  name: string,
  subnets: Readonly<Record<string, string>>,
): void {
  const answer = harness.put(networkPath(name), {
    location: 'westeurope',
    properties: {
      addressSpace: { addressPrefixes: ['10.9.0.0/16'] },
      subnets: Object.entries(subnets).map(([subnet, addressPrefix]) => ({
        name: subnet,
        properties: { addressPrefix },
      })),
    },
  });
  if (answer.status !== 201) throw new Error(`Not created: ${JSON.stringify(answer.body)}`);
  harness.clock.advance(MINUTE);
}

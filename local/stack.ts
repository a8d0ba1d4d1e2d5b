/**
 * The whole of Slipway on one machine: database, broker and clouds first, then the function app over them, as it is
 * shipped. Owns the order of start and stop, and the settings that point the app at its surroundings.
 */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../lib/ambient.ts';
import { encryptedFileSecrets } from '../lib/secrets/encrypted-file.ts';
import { CosmosStore, cosmosClient } from '../lib/store/cosmos.ts';
import { ensureContainers } from '../lib/store/cosmos-containers.ts';
import { build } from '../scripts/build.ts';
import { startLocalAgents } from './agents/start.ts';
import { cloudFaults, clusterFaults } from './api/faults.ts';
import { localRoutes } from './api/routes.ts';
import { LOCAL_ISSUER, openIssuer } from './auth/issuer.ts';
import { type SimulatedClouds, startClouds } from './clouds/start.ts';
import { startCosmos } from './cosmos/index.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import {
  type FunctionsHost,
  type FunctionsHostOptions,
  startFunctionsHost,
  type WriteLog,
} from './functions-host/index.ts';
import { hasCode } from './has-code.ts';
import { seed } from './seed.ts';
import { startServiceBus } from './service-bus/index.ts';
import type { LocalSettings } from './settings.ts';
import { StartRefusedError } from './start-refused-error.ts';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const AUDIENCE = 'api://slipway';
const DATABASE = 'slipway';
/** The pass's deadline and the request timeout of local mode: api.md, «Local mode». */
const PASS_DEADLINE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 2_000;

/** Agents beat this often and say all they know each time: api.md, «Local mode». */
const BEAT_SECONDS = 10;

/** A warning that comes two minutes ahead comes four seconds ahead at the default speed. */
const SCHEDULES = {
  'drain-cloud-events': '* * * * * *',
  'sweep-health': '*/10 * * * * *',
  'run-schedules': '*/5 * * * * *',
} as const;

/** What the broker serves: the queues of the app and the topic that it publishes to. */
const ENTITIES = [
  { kind: 'queue', name: 'reconcile', requiresSession: true, maxDeliveryCount: 10 },
  { kind: 'queue', name: 'requests', maxDeliveryCount: 10 },
  { kind: 'queue', name: 'replies' },
  { kind: 'queue', name: 'webhooks', maxDeliveryCount: 10, duplicateDetectionWindowMs: 3_600_000 },
  {
    kind: 'topic',
    name: 'lifecycle',
    subscriptions: [{ name: 'all', defaultTtlMs: 24 * 3_600_000 }, { name: 'webhooks' }],
  },
] as const;

export interface Stack {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startStack(settings: LocalSettings, log: WriteLog): Promise<Stack> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const host = await openAll(settings, log, (close) => closers.push(close));
    return { url: `http://127.0.0.1:${host.port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openAll(
  settings: LocalSettings,
  log: WriteLog,
  onStop: (close: () => Promise<unknown>) => void,
): Promise<FunctionsHost> {
  const data = await openDataDirectory(settings.dataDirectory);
  onStop(() => data.release());
  const built = build();
  const cosmos = await startCosmos({ file: data.file('cosmos.db') });
  onStop(() => cosmos.close());
  const bus = await startServiceBus({ file: data.file('service-bus.db'), entities: ENTITIES });
  onStop(() => bus.close());
  const clouds = await startClouds(data, settings.speed);
  onStop(() => clouds.close());
  const issuer = await openIssuer({
    dataDirectory: data.file('.'),
    issuer: LOCAL_ISSUER,
    audience: AUDIENCE,
    now: () => systemClock.now(),
  });
  const secretsKey = await data.key('secrets.key');
  const database = await ensureContainers(cosmosClient(cosmos), DATABASE);
  const secrets = encryptedFileSecrets(data.file('secrets.json'), secretsKey);
  await seed({ store: new CosmosStore(database), secrets, clock: systemClock });
  await built;

  const endpoints = {
    cosmos: cosmos.endpoint,
    serviceBus: bus.connectionString,
    azure: clouds.azureUrl,
    aws: clouds.awsUrl,
    kubernetes: clouds.kubernetesUrl,
    kubeGateway: clouds.kubeGateway,
  };
  const host = await startHost({
    appDirectory: ROOT,
    hostJson: JSON.parse(await readFile(path.join(ROOT, 'host.json'), 'utf8')),
    settings: appSettings(settings, { cosmos, bus, clouds, data, secretsKey }),
    httpPort: settings.port,
    dataDirectory: await directory(data.file('functions')),
    log,
    schedules: SCHEDULES,
    extraRoutes: localRoutes({
      issuer,
      inventory: () => [...clouds.azure.inventory(), ...clouds.aws.inventory()],
      endpoints: () => endpoints,
      faults: new Map([
        ['azure', cloudFaults(clouds.azure)],
        ['aws', cloudFaults(clouds.aws)],
      ]),
      clusterFaults: (uid) => clusterFaults(clouds, uid),
    }),
  });
  onStop(() => host.stop());
  const agents = startLocalAgents(clouds, log);
  onStop(() => agents.stop());
  return host;
}

async function startHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  try {
    return await startFunctionsHost(options);
  } catch (cause) {
    if (!hasCode(cause, 'EADDRINUSE')) throw cause;
    const words = `Port ${options.httpPort} is taken: stop what uses it, or set PORT to another one.`;
    throw new StartRefusedError(words, { cause });
  }
}

async function directory(name: string): Promise<string> {
  await mkdir(name, { recursive: true });
  return name;
}

interface Surroundings {
  readonly cosmos: { readonly endpoint: string; readonly key: string };
  readonly bus: { readonly connectionString: string };
  readonly clouds: SimulatedClouds;
  readonly data: DataDirectory;
  readonly secretsKey: string;
}

/** What local.settings.json would hold. */
function appSettings(settings: LocalSettings, around: Surroundings): Record<string, string> {
  return {
    SLIPWAY_MODE: 'local',
    SLIPWAY_SPEED: String(settings.speed),
    SLIPWAY_PASS_DEADLINE_MS: String(PASS_DEADLINE_MS),
    SLIPWAY_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
    SLIPWAY_AUDIENCE: AUDIENCE,
    SLIPWAY_PUBLIC_URL: `http://127.0.0.1:${settings.port}`,
    SLIPWAY_BEAT_SECONDS: String(BEAT_SECONDS),
    SLIPWAY_REPORT_SECONDS: String(BEAT_SECONDS),
    SLIPWAY_TOKEN_ISSUER: LOCAL_ISSUER,
    SLIPWAY_TOKEN_KEYS_URL: `http://127.0.0.1:${settings.port}/local/jwks.json`,
    SLIPWAY_REPLY_QUEUES: 'replies',
    SLIPWAY_REQUESTS_PROJECTS: 'default',
    COSMOS_ENDPOINT: around.cosmos.endpoint,
    COSMOS_KEY: around.cosmos.key,
    COSMOS_DATABASE: DATABASE,
    ServiceBusConnection: around.bus.connectionString,
    SLIPWAY_SECRETS_FILE: around.data.file('secrets.json'),
    SLIPWAY_SECRETS_KEY: around.secretsKey,
    SLIPWAY_AZURE_ARM_URL: around.clouds.azureUrl,
    SLIPWAY_AZURE_LOGIN_URL: around.clouds.azureUrl,
    SLIPWAY_AZURE_GRAPH_URL: around.clouds.azureUrl,
    SLIPWAY_AWS_URL: settings.awsUrl ?? around.clouds.awsUrl,
    SLIPWAY_KUBE_GATEWAY: around.clouds.kubeGateway,
    SLIPWAY_WEBHOOK_TARGETS: 'any',
    SLIPWAY_DEBUG: String(settings.debug),
  };
}

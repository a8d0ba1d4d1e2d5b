/**
 * The settings, parsed once. local.settings.example.json lists them all with their defaults; a test holds the two
 * together. Unknown `SLIPWAY_` settings are refused, because a misspelt one would otherwise be silently ignored.
 */
import { z } from 'zod';
import { WEBHOOK_TARGETS, type WebhookTargets } from './webhooks/target.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
/** Empty, or `127.0.0.1:16443`. */
const hostAndPort = z.union([
  z.literal(''),
  z.string().regex(/^[A-Za-z0-9.-]+:\d{1,5}$/, 'must be host:port'),
]);
const positive = z.coerce.number().positive();

/** Every setting that lib/ reads, with its default; `undefined` default: required. */
export const SETTINGS = z.object({
  /** `local` serves `/local/...`; production never does. */
  SLIPWAY_MODE: z.enum(['local', 'azure']).default('azure'),
  /** Divides every wait that a cloud causes; 1 is real time. Only local mode may change it. */
  SLIPWAY_SPEED: positive.default(1),
  /**
   * A cloud write is refused later than this after a pass began (D of the protocol), wall milliseconds. The quiet times
   * that the clouds state count on it and on the next one, so neither may be raised here.
   */
  SLIPWAY_PASS_DEADLINE_MS: positive.max(60_000).default(60_000),
  /** Bound on one request to a cloud, wall milliseconds. */
  SLIPWAY_REQUEST_TIMEOUT_MS: positive.max(15_000).default(15_000),
  /** Steps of one pass that run side by side. */
  SLIPWAY_PASS_CONCURRENCY: positive.int().default(8),
  /** The Entra tenant whose tokens are accepted. */
  SLIPWAY_TENANT_ID: z.string().default(''),
  /** The audience that tokens must carry: the application id (URI) of this deployment. */
  SLIPWAY_AUDIENCE: z.string().default('api://slipway'),
  /** Overrides the issuer that is derived from the tenant; local mode points it at its own. */
  SLIPWAY_TOKEN_ISSUER: z.string().default(''),
  /** Overrides the key set's address that is derived from the tenant. */
  SLIPWAY_TOKEN_KEYS_URL: z.string().default(''),
  /** Queues that answers to `requests` may go to, comma separated. */
  SLIPWAY_REPLY_QUEUES: list.default([]),
  /** Projects in which `service:requests` is editor, comma separated. */
  SLIPWAY_REQUESTS_PROJECTS: list.default([]),
  /** Cosmos DB: account endpoint (managed identity) and, locally only, a key. */
  COSMOS_ENDPOINT: z.string().default(''),
  COSMOS_KEY: z.string().default(''),
  COSMOS_DATABASE: z.string().default('slipway'),
  /** Service Bus: a connection string (locally) or a namespace (managed identity); also the triggers' connection. */
  ServiceBusConnection: z.string().default(''),
  ServiceBusConnection__fullyQualifiedNamespace: z.string().default(''),
  /** Key Vault: `https://<name>.vault.azure.net`. */
  KEY_VAULT_URL: z.string().default(''),
  /** Encrypted file that replaces Key Vault locally, and the key to it. */
  SLIPWAY_SECRETS_FILE: z.string().default(''),
  SLIPWAY_SECRETS_KEY: z.string().default(''),
  /** Where the Azure clients really send; empty: the public cloud. */
  SLIPWAY_AZURE_ARM_URL: z.string().default(''),
  SLIPWAY_AZURE_LOGIN_URL: z.string().default(''),
  SLIPWAY_AZURE_GRAPH_URL: z.string().default(''),
  /** Where the AWS clients really send, all services alike; empty: the public cloud. */
  SLIPWAY_AWS_URL: z.string().default(''),
  /** `host:port` to dial for API servers behind AWS load balancers, whose names resolve nowhere in local mode. */
  SLIPWAY_KUBE_GATEWAY: hostAndPort.default(''),
  /** Where agents reach this deployment: `https://slipway.example.com`. Empty: clusters get no agent. */
  SLIPWAY_PUBLIC_URL: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  /** What runs as the agent in clusters, with registry and tag. Needed where clusters get one. */
  SLIPWAY_AGENT_IMAGE: z.string().default(''),
  /** How often an agent says that it lives, seconds. */
  SLIPWAY_BEAT_SECONDS: positive.default(60),
  /** How often an agent sends what it measured, seconds; sooner when something changes. */
  SLIPWAY_REPORT_SECONDS: positive.default(900),
  /** Over how many partitions liveness is spread; some 2,000 clusters each. Clusters stay in the one they enrolled in. */
  SLIPWAY_LIVENESS_SHARDS: positive.int().max(1000).default(4),
  /** Where webhooks may lead: hosts on the internet over HTTPS, or, in local mode, anywhere. */
  SLIPWAY_WEBHOOK_TARGETS: z.enum(WEBHOOK_TARGETS).default('public'),
  /** Verbose logs. */
  SLIPWAY_DEBUG: flag.default(false),
});

export type Settings = z.output<typeof SETTINGS>;

export interface Config {
  readonly mode: 'local' | 'azure';
  readonly speed: number;
  readonly passDeadlineMs: number;
  readonly requestTimeoutMs: number;
  readonly passConcurrency: number;
  readonly tokens: {
    readonly audience: string;
    readonly issuers: readonly string[];
    readonly keysUrl: string;
  };
  readonly replyQueues: readonly string[];
  readonly requestsProjects: readonly string[];
  readonly cosmos: { readonly endpoint: string; readonly key: string; readonly database: string };
  readonly serviceBus: { readonly connectionString: string; readonly namespace: string };
  readonly secrets: { readonly vaultUrl: string; readonly file: string; readonly fileKey: string };
  readonly azure: { readonly armUrl: string; readonly loginUrl: string; readonly graphUrl: string };
  readonly aws: { readonly url: string };
  /** `host:port`; empty: API servers are dialled by their own names. */
  readonly kubeGateway: string;
  readonly agents: {
    /** Empty: clusters get no agent. */
    readonly publicUrl: string;
    readonly image: string;
    readonly beatMs: number;
    readonly reportMs: number;
    readonly shards: number;
  };
  readonly webhookTargets: WebhookTargets;
  readonly debug: boolean;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Throws ConfigError with every problem at once. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = SETTINGS.safeParse(environment);
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('SLIPWAY_') && !(name in SETTINGS.shape) && !LOCAL_ONLY.has(name),
  );
  const problems = [
    ...unknown.map((name) => `${name}: no such setting`),
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(`Settings: ${problems.join('; ')}`);
  const config = toConfig(parsed.data);
  if (config.mode !== 'local' && config.speed !== 1)
    throw new ConfigError('Settings: SLIPWAY_SPEED is for local mode');
  if (config.mode !== 'local' && config.kubeGateway !== '')
    throw new ConfigError('Settings: SLIPWAY_KUBE_GATEWAY is for local mode');
  if (config.mode !== 'local' && config.webhookTargets !== 'public')
    throw new ConfigError('Settings: SLIPWAY_WEBHOOK_TARGETS is for local mode');
  if (config.mode !== 'local') checkAgents(config.agents);
  return config;
}

/** Agents send their credential with every request, and clusters pull what they are told to run. */
function checkAgents({ publicUrl, image }: Config['agents']): void {
  if (publicUrl === '') return;
  if (!publicUrl.startsWith('https://')) throw new ConfigError('Settings: SLIPWAY_PUBLIC_URL must be https');
  if (image === '') throw new ConfigError('Settings: SLIPWAY_AGENT_IMAGE is missing');
}

/** Read by local/ only, where the process that starts everything runs. */
const LOCAL_ONLY = new Set(['SLIPWAY_DATA']);

function toConfig(s: Settings): Config {
  const entra = `https://login.microsoftonline.com/${s.SLIPWAY_TENANT_ID}`;
  return {
    mode: s.SLIPWAY_MODE,
    speed: s.SLIPWAY_SPEED,
    passDeadlineMs: s.SLIPWAY_PASS_DEADLINE_MS,
    requestTimeoutMs: s.SLIPWAY_REQUEST_TIMEOUT_MS,
    passConcurrency: s.SLIPWAY_PASS_CONCURRENCY,
    tokens: {
      audience: s.SLIPWAY_AUDIENCE,
      // Entra signs v1 tokens with the sts issuer and v2 tokens with the login one; one tenant may send both.
      issuers: s.SLIPWAY_TOKEN_ISSUER
        ? [s.SLIPWAY_TOKEN_ISSUER]
        : [`${entra}/v2.0`, `https://sts.windows.net/${s.SLIPWAY_TENANT_ID}/`],
      keysUrl: s.SLIPWAY_TOKEN_KEYS_URL || `${entra}/discovery/v2.0/keys`,
    },
    replyQueues: s.SLIPWAY_REPLY_QUEUES,
    requestsProjects: s.SLIPWAY_REQUESTS_PROJECTS,
    cosmos: { endpoint: s.COSMOS_ENDPOINT, key: s.COSMOS_KEY, database: s.COSMOS_DATABASE },
    serviceBus: {
      connectionString: s.ServiceBusConnection,
      namespace: s.ServiceBusConnection__fullyQualifiedNamespace,
    },
    secrets: { vaultUrl: s.KEY_VAULT_URL, file: s.SLIPWAY_SECRETS_FILE, fileKey: s.SLIPWAY_SECRETS_KEY },
    azure: {
      armUrl: s.SLIPWAY_AZURE_ARM_URL,
      loginUrl: s.SLIPWAY_AZURE_LOGIN_URL,
      graphUrl: s.SLIPWAY_AZURE_GRAPH_URL,
    },
    aws: { url: s.SLIPWAY_AWS_URL },
    kubeGateway: s.SLIPWAY_KUBE_GATEWAY,
    agents: {
      publicUrl: s.SLIPWAY_PUBLIC_URL.replace(/\/+$/, ''),
      image: s.SLIPWAY_AGENT_IMAGE,
      beatMs: s.SLIPWAY_BEAT_SECONDS * 1000,
      reportMs: s.SLIPWAY_REPORT_SECONDS * 1000,
      shards: s.SLIPWAY_LIVENESS_SHARDS,
    },
    webhookTargets: s.SLIPWAY_WEBHOOK_TARGETS,
    debug: s.SLIPWAY_DEBUG,
  };
}

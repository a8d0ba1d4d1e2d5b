/**
 * The composition root: settings in, ports out. Built once per process and lazily, so that loading the bundle costs no
 * connection and reads no setting. Nothing else constructs an adapter.
 */
import { ManagedIdentityCredential } from '@azure/identity';
import { agentInbox, COMMIT_WINDOW_MS } from './agents/inbox.ts';
import { agentSetup } from './agents/registry.ts';
import { systemChance, systemClock, systemIds, systemTimers } from './ambient.ts';
import { bearerAuthenticator, remoteKeys } from './api/auth/bearer.ts';
import type { Authenticator } from './api/auth/caller.ts';
import type { ApiDeps } from './api/contract.ts';
import { createAws } from './clouds/aws/index.ts';
import { createAzure } from './clouds/azure/index.ts';
import { createRegistry } from './clouds/registry.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import type { Logger } from './domain/ports.ts';
import { Secret } from './domain/secret.ts';
import { connectWorkloadApi } from './kube/connect.ts';
import { connectSelfManaged } from './kube/connect-self-managed.ts';
import { serviceBusDeadLetterer } from './queue/dead-letters.ts';
import type { MessageSender } from './queue/port.ts';
import { type ServiceBusConnection, serviceBusSender } from './queue/service-bus.ts';
import { passDeps } from './reconcile/engine.ts';
import type { RequestsDeps } from './requests/handle.ts';
import { encryptedFileSecrets } from './secrets/encrypted-file.ts';
import { keyVaultSecrets } from './secrets/key-vault.ts';
import type { SecretStore } from './secrets/port.ts';
import { CosmosStore, cosmosClient } from './store/cosmos.ts';
import type { DocumentStore } from './store/port.ts';
import { createLogger } from './telemetry/logger.ts';
import type { WebhookDeps } from './webhooks/deliver.ts';
import { Traffic } from './webhooks/traffic.ts';
import { webhookTransport } from './webhooks/transport.ts';

export type AppDeps = ApiDeps & RequestsDeps & WebhookDeps;

let built: AppDeps | undefined;

/** The process's one set of ports. Throws ConfigError, with every problem at once. */
export function appDeps(): AppDeps {
  built ??= buildApp(readConfig(process.env));
  return built;
}

function buildApp(config: Config): AppDeps {
  const clock = systemClock;
  const logger = consoleLogger(config);
  const secrets = secretStore(config);
  const store = documentStore(config);
  const agents = agentSetup({ config, store, secrets, clock, ids: systemIds });
  const azure = createAzure({
    config,
    connectKube: (guard) => connectWorkloadApi({ timeoutMs: config.requestTimeoutMs, guard }),
    secrets,
    clock,
    agents,
  });
  const kube = { timeoutMs: config.requestTimeoutMs, gateway: config.kubeGateway };
  const aws = createAws({
    config,
    connectSelfManaged: (guard) => connectSelfManaged({ ...kube, guard }),
    secrets,
    clock,
    store,
    agents,
  });
  const deps = {
    config,
    store,
    queue: messageSender(config),
    secrets,
    clouds: createRegistry([azure.aks, aws.aws], [azure.account, aws.account]),
    clock,
    chance: systemChance,
    ids: systemIds,
    logger,
  };
  return {
    ...passDeps(deps),
    authenticator: authenticator(config),
    connectWorkload: connectWorkloadApi(kube),
    inbox: agentInbox({ ...deps, timers: systemTimers, windowMs: COMMIT_WINDOW_MS[config.mode] }),
    deadLetters: serviceBusDeadLetterer(busConnection(config)),
    postWebhook: webhookTransport({ targets: config.webhookTargets }),
    traffic: new Traffic(),
  };
}

/** Managed identity and nothing else: probing a chain of credentials costs a cold start seconds. */
function identity(): ManagedIdentityCredential {
  return new ManagedIdentityCredential();
}

function documentStore({ cosmos }: Config): DocumentStore {
  if (cosmos.endpoint === '') throw new ConfigError('Settings: COSMOS_ENDPOINT is missing');
  const account =
    cosmos.key === ''
      ? { endpoint: cosmos.endpoint, aadCredentials: identity() }
      : { endpoint: cosmos.endpoint, key: cosmos.key };
  return new CosmosStore(cosmosClient(account).database(cosmos.database));
}

function messageSender(config: Config): MessageSender {
  return serviceBusSender({ connection: busConnection(config), clock: systemClock, ids: systemIds });
}

function busConnection({ serviceBus }: Config): ServiceBusConnection {
  const { connectionString, namespace } = serviceBus;
  if (connectionString === '' && namespace === '') {
    throw new ConfigError('Settings: ServiceBusConnection__fullyQualifiedNamespace is missing');
  }
  return connectionString === ''
    ? { fullyQualifiedNamespace: namespace, credential: identity() }
    : { connectionString: new Secret(connectionString) };
}

function secretStore({ secrets, mode }: Config): SecretStore {
  if (secrets.vaultUrl !== '') {
    return keyVaultSecrets({ vaultUrl: secrets.vaultUrl, credential: identity(), clock: systemClock });
  }
  if (mode === 'local' && secrets.file !== '') return encryptedFileSecrets(secrets.file, secrets.fileKey);
  throw new ConfigError('Settings: KEY_VAULT_URL is missing');
}

function authenticator({ tokens, mode }: Config): Authenticator {
  return bearerAuthenticator({
    issuers: tokens.issuers,
    audience: tokens.audience,
    dialect: mode === 'local' ? 'local' : 'entra',
    keys: remoteKeys(tokens.keysUrl),
    clock: systemClock,
  });
}

function consoleLogger({ debug }: Config): Logger {
  return createLogger({
    clock: systemClock,
    level: debug ? 'debug' : 'info',
    write: (line, level) => (level === 'error' || level === 'warn' ? console.error(line) : console.log(line)),
  });
}

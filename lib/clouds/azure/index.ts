/** Puts the Azure adapters together: the AKS cloud and the probe of Azure accounts, over one transport. */
import type { AgentSetup } from '../../agents/registry.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../domain/ports.ts';
import type { ConnectWorkloadApi } from '../../kube/port.ts';
import type { SecretStore } from '../../secrets/port.ts';
import { OPEN_GUARD } from '../open-guard.ts';
import type { AccountAccess, AccountProbe, CallGuard, Cloud } from '../port.ts';
import { createAnswerCache } from '../verify/ask.ts';
import { createAccountProbe } from './account-probe.ts';
import { createAksCloud } from './aks/aks-cloud.ts';
import type { AksContext } from './aks/context.ts';
import { openCatalog } from './arm/arm-catalog.ts';
import { createCredentials, signIn } from './arm/credentials.ts';
import { type AzureTransport, createHttpClients } from './arm/origins.ts';
import { openSession } from './arm/session.ts';
import { createVerifier } from './verify/verifier.ts';

export type { AzureTransport } from './arm/origins.ts';

export interface AzureParts {
  readonly config: Pick<Config, 'azure' | 'requestTimeoutMs' | 'speed'>;
  /** Simulations plug in an in-process client; requests carry their logical https URLs. */
  readonly transport?: AzureTransport;
  /** Bound to a pass: what it writes to a cluster is subject to the same deadline. */
  readonly connectKube: (guard: CallGuard) => ConnectWorkloadApi;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  /** Absent: clusters get no agent. */
  readonly agents?: AgentSetup | undefined;
}

export interface Azure {
  readonly aks: Cloud<AksContext>;
  readonly account: AccountProbe;
}

export function createAzure(parts: AzureParts): Azure {
  const { config, transport, connectKube, secrets, clock, agents } = parts;
  const clients = createHttpClients(config.azure, transport);
  const session = {
    clients,
    credentials: createCredentials(clients.login),
    requestTimeoutMs: config.requestTimeoutMs,
  };
  const catalog = (access: AccountAccess) =>
    openCatalog(openSession(session, access, OPEN_GUARD), () => signIn(access, clients.login));
  const verifier = createVerifier({ cache: createAnswerCache(clock), catalog });
  return {
    aks: createAksCloud({ ...session, speed: config.speed, secrets, connectKube, clock, verifier, agents }),
    account: createAccountProbe({
      catalog,
      session: (access, guard) => openSession(session, access, guard),
    }),
  };
}

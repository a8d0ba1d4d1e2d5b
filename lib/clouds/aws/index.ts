/** Puts the AWS adapters together: clusters on EC2 and the probe of AWS accounts, over one transport. */
import { hasNeighbours } from '../../accounts/neighbours.ts';
import type { AgentSetup } from '../../agents/registry.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../domain/ports.ts';
import type { ConnectSelfManaged } from '../../kube/self-managed.ts';
import type { SecretStore } from '../../secrets/port.ts';
import type { DocumentStore } from '../../store/port.ts';
import { OPEN_GUARD } from '../open-guard.ts';
import type { AccountAccess, AccountProbe, CallGuard, Cloud } from '../port.ts';
import { createAnswerCache } from '../verify/ask.ts';
import { createAccountProbe } from './account-probe.ts';
import { createAnnouncements } from './announcements/announcements.ts';
import { createAwsCloud } from './aws-cloud.ts';
import { openCatalog } from './catalog/sdk-catalog.ts';
import type { AwsContext } from './context.ts';
import { createPriceReader } from './machines/prices.ts';
import { deleteTagged, listTagged } from './owned/account-wide.ts';
import { type AwsTransport, openSession } from './session.ts';
import { createVerifier } from './verify/verifier.ts';

export type { AwsTransport } from './session.ts';

export interface AwsParts {
  readonly config: Pick<Config, 'aws' | 'requestTimeoutMs' | 'speed'>;
  /** Simulations plug in an in-process handler. */
  readonly transport?: AwsTransport;
  /** Bound to a pass: what it writes to a cluster is subject to the same deadline. */
  readonly connectSelfManaged: (guard: CallGuard) => ConnectSelfManaged;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  /** Tells whether an account has other clusters. */
  readonly store: DocumentStore;
  /** Absent: clusters get no agent. */
  readonly agents?: AgentSetup | undefined;
}

export interface Aws {
  readonly aws: Cloud<AwsContext>;
  readonly account: AccountProbe;
}

export function createAws(parts: AwsParts): Aws {
  const { config, transport, secrets, clock, store, agents } = parts;
  const session = {
    endpoint: config.aws.url,
    requestTimeoutMs: config.requestTimeoutMs,
    ...(transport === undefined ? {} : { transport }),
  };
  const open = (access: AccountAccess, region: string, guard: CallGuard) =>
    openSession(session, access, region, guard);
  const catalog = (access: AccountAccess) => openCatalog((region) => open(access, region, OPEN_GUARD));
  const verifier = createVerifier({ cache: createAnswerCache(clock), catalog });
  const prices = createPriceReader(clock);
  return {
    aws: createAwsCloud({
      ...session,
      speed: config.speed,
      secrets,
      connectKube: parts.connectSelfManaged,
      clock,
      verifier,
      prices,
      hasNeighbours: (view) => hasNeighbours({ store }, view),
      agents,
    }),
    account: {
      ...createAccountProbe({
        catalog,
        listTagged: (access, guard) => listTagged((region) => open(access, region, guard)),
        deleteTagged: (access, guard, resource) =>
          deleteTagged((region) => open(access, region, guard), resource),
      }),
      announcements: createAnnouncements(open),
      market: {
        prices: (access, region, guard, types) => prices.read(open(access, region, guard), types),
      },
    },
  };
}

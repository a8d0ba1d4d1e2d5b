/**
 * What every AWS client of one pass shares: credentials, transport, guard. Retries of the SDK are off (the queue
 * retries), requests are bounded, and waiters are never used: a call is made and the resource is observed later.
 * Clients are made when they are first asked for: most passes need one or two.
 */
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { PricingClient } from '@aws-sdk/client-pricing';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpHandlerOptions, RequestHandler } from '@smithy/types';
import type { AccountAccess, CallGuard } from '../port.ts';
import { guardCalls } from './guard-calls.ts';

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for a handler of HTTP requests.
export type AwsTransport = RequestHandler<any, any, HttpHandlerOptions>;

export interface SessionParts {
  /** Where every client sends, instead of the public endpoints: a simulator or an emulator. Empty: the public cloud. */
  readonly endpoint: string;
  /** Simulations answer in process. */
  readonly transport?: AwsTransport;
  /** Wall milliseconds. */
  readonly requestTimeoutMs: number;
}

export interface AwsSession {
  readonly region: string;
  readonly ec2: EC2Client;
  readonly balancing: ElasticLoadBalancingV2Client;
  /** The API before: what Kubernetes makes for Services by default. */
  readonly classicBalancing: ElasticLoadBalancingClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly pricing: PricingClient;
  readonly quotas: ServiceQuotasClient;
  readonly secrets: SecretsManagerClient;
}

/** The price list has endpoints in a few regions only, and they know the prices of all. */
const PRICING_REGION = 'us-east-1';
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * What the SDK would otherwise look for in the environment and in files of the home directory, once for each client:
 * where we send and how is up to our own settings alone.
 */
const NOTHING_FROM_AROUND = {
  authSchemePreference: [],
  ignoreConfiguredEndpointUrls: true,
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: '',
};

export function openSession(
  parts: SessionParts,
  access: AccountAccess,
  region: string,
  guard: CallGuard,
): AwsSession {
  const options = {
    ...NOTHING_FROM_AROUND,
    region,
    maxAttempts: 1,
    credentials: {
      accessKeyId: access.account.settings.accessKeyId ?? '',
      secretAccessKey: access.secret.reveal(),
    },
    requestHandler: handlerOf(parts),
    ...(parts.endpoint === '' ? {} : { endpoint: parts.endpoint }),
  };
  const lazily = <C extends Guardable>(make: () => C): (() => C) => {
    let client: C | undefined;
    return () => {
      client ??= guardCalls(withoutLog(make()), guard);
      return client;
    };
  };
  const ec2 = lazily(() => new EC2Client(options));
  const balancing = lazily(() => new ElasticLoadBalancingV2Client(options));
  const classicBalancing = lazily(() => new ElasticLoadBalancingClient(options));
  const iam = lazily(() => new IAMClient(options));
  const sts = lazily(() => new STSClient(options));
  const sqs = lazily(() => new SQSClient(options));
  const events = lazily(() => new EventBridgeClient(options));
  const pricing = lazily(() => new PricingClient({ ...options, region: PRICING_REGION }));
  const quotas = lazily(() => new ServiceQuotasClient(options));
  const secrets = lazily(() => new SecretsManagerClient(options));
  return {
    region,
    get ec2() {
      return ec2();
    },
    get balancing() {
      return balancing();
    },
    get classicBalancing() {
      return classicBalancing();
    },
    get iam() {
      return iam();
    },
    get sts() {
      return sts();
    },
    get sqs() {
      return sqs();
    },
    get events() {
      return events();
    },
    get pricing() {
      return pricing();
    },
    get quotas() {
      return quotas();
    },
    get secrets() {
      return secrets();
    },
  };
}

type Guardable = Parameters<typeof guardCalls>[0];

/** The SDK copies every request and answer for a log, whether or not there is one. Returns the client it was given. */
function withoutLog<C extends Guardable>(client: C): C {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

function handlerOf({ transport, requestTimeoutMs }: SessionParts): AwsTransport {
  return (
    transport ??
    new NodeHttpHandler({ requestTimeout: requestTimeoutMs, connectionTimeout: CONNECT_TIMEOUT_MS })
  );
}

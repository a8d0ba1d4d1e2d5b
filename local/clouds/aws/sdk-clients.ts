/** For tests: the unmodified clients of the AWS SDK on a simulated AWS in the same process. */
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
import { inProcessHandler } from './in-process-handler.ts';
import { DEMO_AWS } from './seed.ts';
import type { AwsSimulator } from './simulator.ts';

export interface SdkCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** As the demo user when nobody else is named. */
export function sdkClients(simulator: AwsSimulator, region: string, who: SdkCredentials = DEMO_AWS) {
  const { accessKeyId, secretAccessKey } = who;
  const options = {
    region,
    endpoint: 'http://aws.test',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: inProcessHandler(simulator),
  };
  return {
    ec2: new EC2Client(options),
    balancing: new ElasticLoadBalancingV2Client(options),
    classicBalancing: new ElasticLoadBalancingClient(options),
    events: new EventBridgeClient(options),
    iam: new IAMClient(options),
    pricing: new PricingClient(options),
    quotas: new ServiceQuotasClient(options),
    secrets: new SecretsManagerClient(options),
    sqs: new SQSClient(options),
    sts: new STSClient(options),
  };
}

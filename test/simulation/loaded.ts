/**
 * What a process does only once: it loads the certificate library, reads this machine's configuration for AWS clients
 * and derives a signing key for each service, which clients keep for all of the process. The first history of a process
 * would be another than every later one of the same seed, and a seed that fails among others would hold alone.
 */
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { DescribeServicesCommand } from '@aws-sdk/client-pricing';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { certificateLibrary } from '../../lib/machines/bootstrap/certificate-library.ts';
import { sdkClients } from '../../local/clouds/aws/sdk-clients.ts';
import { REGION } from '../builders/aws.ts';
import { simulatedSide } from '../builders/simulated-aws.ts';

/** Where lib/clouds/aws asks besides: catalog/sdk-catalog.ts and session.ts. */
const HOME_REGION = 'us-east-1';

/** To be called under virtual time, before anything happens in it. */
export async function everythingLoaded(): Promise<void> {
  await certificateLibrary();
  const { aws } = simulatedSide(() => Date.now(), { tick: () => undefined });
  for (const region of [REGION, HOME_REGION]) await askEverything(sdkClients(aws, region));
}

async function askEverything(clients: ReturnType<typeof sdkClients>): Promise<void> {
  const { ec2, balancing, events, iam, pricing, secrets, quotas, sqs, sts } = clients;
  const questions = [
    () => ec2.send(new DescribeVpcsCommand({})),
    () => balancing.send(new DescribeLoadBalancersCommand({})),
    () => events.send(new ListRulesCommand({})),
    () => iam.send(new ListRolesCommand({})),
    () => pricing.send(new DescribeServicesCommand({})),
    () => secrets.send(new ListSecretsCommand({})),
    () => quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'ec2' })),
    () => sqs.send(new ListQueuesCommand({})),
    () => sts.send(new GetCallerIdentityCommand({})),
  ];
  // A refusal is as good as an answer: the question was signed.
  for (const ask of questions) await ask().catch(() => undefined);
}

/** The catalog over the SDK. Regions differ in their endpoints, so every question opens the region's own session. */
import {
  DescribeAvailabilityZonesCommand,
  DescribeKeyPairsCommand,
  DescribeRegionsCommand,
} from '@aws-sdk/client-ec2';
import {
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ok, type Result } from '../../../domain/errors.ts';
import { settle } from '../errors.ts';
import type { PolicyStatement } from '../permissions.ts';
import type { AwsSession } from '../session.ts';
import { readLimits } from './limits.ts';
import { readMachineTypes } from './machine-types.ts';
import { readNetwork, readNetworks, readSubnets } from './networks.ts';
import type { AwsCatalog, Identity, RegionSeen, ZoneSeen } from './port.ts';
import { readUsage } from './usage.ts';

/** Identity and permissions are the same everywhere; this region is never opted out of. */
const HOME_REGION = 'us-east-1';
/** Actions in one simulation: IAM's limit of characters is far above. */
const CHUNK = 50;

export function openCatalog(session: (region: string) => AwsSession): AwsCatalog {
  return {
    identity: () => readIdentity(session(HOME_REGION)),
    regions: () => readRegions(session(HOME_REGION)),
    zones: (region) => readZones(session(region)),
    keyPairs: (region) => readKeyPairs(session(region)),
    machineTypes: (region, names) => readMachineTypes(session(region).ec2, names),
    networks: (region) => readNetworks(session(region).ec2),
    network: (region, id) => readNetwork(session(region).ec2, id),
    subnets: (region, vpcId) => readSubnets(session(region).ec2, vpcId),
    usage: (region) => readUsage(session(region)),
    limits: (region) => readLimits(session(region).quotas),
    deniedActions: (identity, statements) => readDenied(session(HOME_REGION), identity, statements),
  };
}

async function readIdentity({ sts }: AwsSession): Promise<Result<Identity>> {
  const answer = await settle('sts.getCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
  if (!answer.ok) return answer;
  const { Account = '', Arn = '' } = answer.value;
  return ok({ account: Account, arn: Arn, isRoot: Arn.endsWith(':root') });
}

async function readRegions({ ec2 }: AwsSession): Promise<Result<readonly RegionSeen[]>> {
  const answer = await settle('ec2.describeRegions', () =>
    ec2.send(new DescribeRegionsCommand({ AllRegions: true })),
  );
  if (!answer.ok) return answer;
  return ok(
    (answer.value.Regions ?? []).map(({ RegionName = '', OptInStatus }) => ({
      name: RegionName,
      enabled: OptInStatus !== 'not-opted-in',
    })),
  );
}

async function readZones({ ec2 }: AwsSession): Promise<Result<readonly ZoneSeen[]>> {
  const answer = await settle('ec2.describeAvailabilityZones', () =>
    ec2.send(new DescribeAvailabilityZonesCommand({})),
  );
  if (!answer.ok) return answer;
  const zones = (answer.value.AvailabilityZones ?? []).filter(
    ({ ZoneType = 'availability-zone' }) => ZoneType === 'availability-zone',
  );
  return ok(zones.map(({ ZoneName = '', State }) => ({ name: ZoneName, available: State === 'available' })));
}

async function readKeyPairs({ ec2 }: AwsSession): Promise<Result<readonly string[]>> {
  const answer = await settle('ec2.describeKeyPairs', () => ec2.send(new DescribeKeyPairsCommand({})));
  return answer.ok ? ok((answer.value.KeyPairs ?? []).flatMap(({ KeyName }) => KeyName ?? [])) : answer;
}

async function readDenied(
  { iam }: AwsSession,
  identity: Identity,
  statements: readonly PolicyStatement[],
): Promise<Result<readonly string[]>> {
  const questions = statements.flatMap((statement) => simulationsOf(identity, statement));
  const answers = await Promise.all(
    questions.map((question) =>
      settle('iam.simulatePrincipalPolicy', () => iam.send(new SimulatePrincipalPolicyCommand(question))),
    ),
  );
  const denied = new Set<string>();
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const { EvalActionName = '', EvalDecision } of answer.value.EvaluationResults ?? []) {
      if (EvalDecision !== 'allowed') denied.add(EvalActionName);
    }
  }
  return ok([...denied].sort());
}

/** A statement is asked about with a resource and a condition that it is meant for: about `*` it would be denied. */
function simulationsOf(
  { arn, account }: Identity,
  { Action, Resource, Condition }: PolicyStatement,
): readonly SimulatePrincipalPolicyCommandInput[] {
  const partition = arn.split(':')[1] ?? 'aws';
  const resource = Resource.replace('arn:*:', `arn:${partition}:`)
    .replace('::*:', `::${account}:`)
    .replace(':*:*:', `:${HOME_REGION}:${account}:`)
    .replace(/\*$/, 'example');
  const context = Object.entries(Condition?.StringLike ?? {}).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: 'string' as const,
    ContextKeyValues: [value],
  }));
  const chunks = Array.from({ length: Math.ceil(Action.length / CHUNK) }, (_, index) =>
    Action.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  return chunks.map((ActionNames) => ({
    PolicySourceArn: principalOf(arn),
    ActionNames,
    ...(Resource === '*' ? {} : { ResourceArns: [resource] }),
    ...(context.length === 0 ? {} : { ContextEntries: context }),
  }));
}

/** A session of a role is simulated as its role. */
function principalOf(arn: string): string {
  return arn.replace(/^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}

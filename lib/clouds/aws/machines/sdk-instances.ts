/** InstancesPort over EC2. */
import {
  DescribeInstancesCommand,
  type EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  type InstanceStateName,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type CloudError, fail, ok, type Result } from '../../../domain/errors.ts';
import { toInstant } from '../../../domain/time.ts';
import type { MachineState } from '../../../machines/port.ts';
import { orAbsent, soon } from '../absence.ts';
import { collect } from '../collect.ts';
import { isCode, settle } from '../errors.ts';
import { onlyOwned, ownedBy, unlessAbsent } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { tagMap } from '../tags.ts';
import type { InstanceOrder, InstanceSeen, InstancesPort } from './port.ts';
import { runRequest } from './run-request.ts';

/** One request may name more, and then fails as a whole for one id that is gone. Our choice. */
const TERMINATE_AT_ONCE = 50;

export function openInstances({ ec2 }: Pick<AwsSession, 'ec2'>, uid: string): InstancesPort {
  return {
    list: () => list(ec2, uid),
    run: (order) => run(ec2, order),
    terminate: (ids) => terminate(ec2, ids),
    console: (id) => consoleOf(ec2, id),
  };
}

async function list(ec2: EC2Client, uid: string): Promise<Result<readonly InstanceSeen[]>> {
  const seen = await collect('ec2.describeInstances', async (NextToken) => {
    const page = await ec2.send(new DescribeInstancesCommand({ Filters: ownedBy(uid), NextToken }));
    return { items: page.Reservations?.flatMap(({ Instances }) => Instances ?? []), next: page.NextToken };
  });
  return seen.ok ? ok(onlyOwned(seen.value.map(toInstance), uid)) : seen;
}

async function run(ec2: EC2Client, order: InstanceOrder): Promise<Result<InstanceSeen>> {
  const started = await settle('ec2.runInstances', () =>
    ec2.send(new RunInstancesCommand(runRequest(order))),
  );
  if (!started.ok) return fail(isTooEarly(started.error) ? soon(started.error) : started.error);
  const instance = started.value.Instances?.at(0);
  if (instance) return ok(toInstance(instance));
  return fail({
    code: 'Unknown',
    message: 'EC2 accepted the launch and named no instance',
    source: 'aws:ec2.runInstances:NoInstance',
    outcomeUnknown: true,
  });
}

/** What was made moments ago: IAM takes up to a minute to tell EC2 of a profile, and has no code of its own for it. */
function isTooEarly(error: CloudError): boolean {
  if (isCode(error, 'InvalidParameterValue'))
    return /iamInstanceProfile|IAM Instance Profile/i.test(error.message);
  return isCode(
    error,
    'InvalidSubnetID.NotFound',
    'InvalidGroup.NotFound',
    'InvalidSecurityGroupID.NotFound',
    'InvalidIamInstanceProfile.NotFound',
  );
}

async function terminate(ec2: EC2Client, ids: readonly string[]): Promise<Result<void>> {
  for (let from = 0; from < ids.length; from += TERMINATE_AT_ONCE) {
    const batch = ids.slice(from, from + TERMINATE_AT_ONCE);
    const asked = await terminateBatch(ec2, batch);
    // One that is gone fails the others, so each is asked for by itself.
    const done =
      asked.ok || asked.error.code !== 'NotFound' || batch.length === 1
        ? unlessAbsent(asked)
        : await terminateEach(ec2, batch);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

async function terminateEach(ec2: EC2Client, ids: readonly string[]): Promise<Result<void>> {
  for (const id of ids) {
    const asked = unlessAbsent(await terminateBatch(ec2, [id]));
    if (!asked.ok) return asked;
  }
  return ok(undefined);
}

function terminateBatch(ec2: EC2Client, ids: readonly string[]): Promise<Result<unknown>> {
  return settle('ec2.terminateInstances', () =>
    ec2.send(new TerminateInstancesCommand({ InstanceIds: [...ids] })),
  );
}

async function consoleOf(ec2: EC2Client, id: string): Promise<Result<string | undefined>> {
  const latest = await readConsole(ec2, id, true);
  // Instances that are not built on Nitro keep their console of the last boot only.
  const read =
    !latest.ok && isCode(latest.error, 'UnsupportedOperation') ? await readConsole(ec2, id, false) : latest;
  return orAbsent(read);
}

async function readConsole(ec2: EC2Client, id: string, latest: boolean): Promise<Result<string | undefined>> {
  const command = new GetConsoleOutputCommand({ InstanceId: id, ...(latest ? { Latest: true } : {}) });
  const read = await settle('ec2.getConsoleOutput', () => ec2.send(command));
  if (!read.ok) return read;
  const { Output } = read.value;
  return ok(
    Output === undefined || Output === '' ? undefined : Buffer.from(Output, 'base64').toString('utf8'),
  );
}

/** Instances that start or run cost money; EC2 shows ended ones for about an hour. */
const STATES = {
  pending: 'launching',
  running: 'running',
  stopping: 'stopped',
  stopped: 'stopped',
  'shutting-down': 'leaving',
  terminated: 'gone',
} as const satisfies Record<InstanceStateName, MachineState>;

function toInstance(instance: Instance): InstanceSeen {
  const { InstanceId = '', State, Placement, InstanceType = '', PrivateDnsName, PublicIpAddress } = instance;
  const state = STATES[State?.Name ?? 'pending'];
  const ended = state === 'leaving' || state === 'gone' ? endOf(instance) : undefined;
  return {
    id: InstanceId,
    state,
    tags: tagMap(instance.Tags),
    zone: Placement?.AvailabilityZone ?? '',
    instanceType: InstanceType,
    spot: instance.InstanceLifecycle === 'spot',
    launchedAt: toInstant(instance.LaunchTime?.getTime() ?? 0),
    ...(PrivateDnsName === undefined || PrivateDnsName === '' ? {} : { privateName: PrivateDnsName }),
    ...(PublicIpAddress === undefined || PublicIpAddress === '' ? {} : { publicIp: PublicIpAddress }),
    ...(ended === undefined ? {} : { endedBecause: ended }),
  };
}

function endOf({ StateReason }: Instance): string | undefined {
  if (StateReason?.Code === undefined) return undefined;
  const { Code, Message = '' } = StateReason;
  return Message === '' || Message.startsWith(Code) ? Message || Code : `${Code}: ${Message}`;
}

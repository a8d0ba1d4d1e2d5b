/**
 * The cloud of a simulation: the simulated AWS with what runs on its instances and the clusters that come of it, in this
 * process, on virtual time. `owner` is the account's owner, beside every throttle of ours.
 */
import {
  AllocateAddressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { AwsTransport } from '../../lib/clouds/aws/session.ts';
import { CONSISTENT, type Consistency } from '../../local/clouds/aws/core/settings.ts';
import { inProcessHandler } from '../../local/clouds/aws/in-process-handler.ts';
import { sdkClients } from '../../local/clouds/aws/sdk-clients.ts';
import type { SimAnswer, SimRequest } from '../../local/clouds/kit/wire.ts';
import { REGION } from '../builders/aws.ts';
import { type SimulatedSide, simulatedSide } from '../builders/simulated-aws.ts';
import type { Dice } from './dice.ts';
import type { Scheduler } from './scheduler.ts';

export interface AwsSide extends Pick<SimulatedSide, 'aws' | 'machines' | 'clusters' | 'transportFor'> {
  readonly transport: AwsTransport;
  readonly owner: ReturnType<typeof sdkClients>;
}

export interface AwsSideOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly seed: number;
  /** Without weather nothing hides and no message comes twice. */
  readonly isRough: boolean;
  /** Sees what our side sends, and what it is told. */
  readonly saw: (request: SimRequest, answer: SimAnswer) => void;
}

/** Writes hide up to the worst case that we are built for: lib/clouds/aws/windows.ts. */
const HIDDEN: readonly [Consistency, ...Consistency[]] = [
  CONSISTENT,
  { usual: [0, 8], tail: [8, 45], tailPercent: 2 },
  { usual: [0, 30], tail: [30, 58], tailPercent: 25 },
];

export function awsSide({ scheduler, dice, seed, isRough, saw }: AwsSideOptions): AwsSide {
  const side = simulatedSide(() => Math.floor(scheduler.now()), {
    tick: () => undefined,
    seed: `seed ${seed}`,
    settings: isRough
      ? {
          consistency: dice.pick(HIDDEN),
          queues: { copies: dice.pick([1, 2]), order: dice.pick(['oldest-first', 'shuffled']) },
        }
      : {},
  });
  const handle = (request: SimRequest) => {
    const answer = side.aws.handle(request);
    saw(request, answer);
    return answer;
  };
  return { ...side, transport: inProcessHandler({ handle }), owner: sdkClients(side.aws, REGION) };
}

/** What exists before any cluster and is everyone else's business: a network with a name like ours, and a secret. */
export async function putForeign(
  { owner: { ec2, secrets } }: AwsSide,
  untilSeen: () => Promise<void>,
): Promise<void> {
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications: NAMED }),
  );
  const VpcId = Vpc?.VpcId ?? '';
  await untilSeen();
  await ec2.send(
    new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/20', AvailabilityZone: `${REGION}a` }),
  );
  await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'shop-0', Description: 'of others' }));
  await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await secrets.send(new CreateSecretCommand({ Name: 'landing-zone', SecretString: 'of others' }));
}

const NAMED: TagSpecification[] = [
  {
    ResourceType: 'vpc',
    Tags: [
      { Key: 'Name', Value: 'shop-0' },
      { Key: 'team', Value: 'network' },
    ],
  },
];

/** For tests: a network with a subnet and a group, and instances in it. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { refusalOf } from '../../../../lib/clouds/aws/errors.ts';
import { type AwsHarness, REGION } from '../harness.ts';

/** What differs from one m5.large in the subnet. */
type More = Partial<Omit<RunInstancesCommandInput, 'MinCount' | 'MaxCount'>> & { readonly count?: number };

export interface Launching {
  readonly subnetId: string;
  readonly groupId: string;
  readonly imageId: string;
  readonly vpcId: string;
  run(more?: More): Promise<Instance>;
  describe(id: string | undefined): Promise<Instance>;
}

export async function withNetwork({ ec2 }: AwsHarness, zone = `${REGION}a`): Promise<Launching> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  const place = { VpcId: vpcId, CidrBlock: '10.0.0.0/20', AvailabilityZone: zone };
  const { Subnet } = await ec2.send(new CreateSubnetCommand(place));
  const group = { VpcId: vpcId, GroupName: 'machines', Description: 'machines' };
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(group));
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }],
    }),
  );
  const imageId = await newestImage(ec2, 'amd64');
  const subnetId = Subnet?.SubnetId ?? '';
  const groupId = GroupId ?? '';
  return {
    subnetId,
    groupId,
    imageId,
    vpcId,
    async run({ count = 1, ...more } = {}) {
      const order = {
        ImageId: imageId,
        InstanceType: 'm5.large' as const,
        SubnetId: subnetId,
        SecurityGroupIds: [groupId],
      };
      const made = await ec2.send(
        new RunInstancesCommand({ MinCount: count, MaxCount: count, ...order, ...more }),
      );
      return firstOf(made.Instances);
    },
    async describe(id) {
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id ?? ''] }));
      return firstOf(Reservations?.[0]?.Instances);
    },
  };
}

export async function newestImage(ec2: AwsHarness['ec2'], suffix: 'amd64' | 'arm64'): Promise<string> {
  const name = `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${suffix}-server-*`;
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['099720109477'], Filters: [{ Name: 'name', Values: [name] }] }),
  );
  const newest = Images.toSorted((a, b) => (a.CreationDate ?? '').localeCompare(b.CreationDate ?? '')).at(-1);
  return newest?.ImageId ?? '';
}

function firstOf(instances: readonly Instance[] | undefined): Instance {
  const first = instances?.[0];
  if (!first) throw new Error('There is no instance');
  return first;
}

/** The code on the wire that a call is refused with; `none` when it succeeds. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    return refusalOf(error).code;
  }
}

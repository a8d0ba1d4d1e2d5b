/** A VPC that somebody made, as static placement needs it (docs/how-to/connect-aws.md), in the simulated AWS of a stack. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  EC2ServiceException,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { DEMO_AWS } from '../../local/clouds/aws/seed.ts';

const REGION = 'eu-central-1';
/** Five seconds: nothing hides for longer at the speed of these tests. */
const TRIES = 50;
const TRY_AGAIN_MS = 100;

/** By the names that `create-aws-static.json` has for them. */
export async function makeVpc(endpoint: string): Promise<Readonly<Record<string, string>>> {
  const ec2 = new EC2Client({ region: REGION, endpoint, credentials: DEMO_AWS });
  ec2.middlewareStack.add((next) => (args) => onceSeen(() => next(args)), { step: 'initialize' });
  const vpc = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
  const VpcId = vpc.Vpc?.VpcId;
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const gateway = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = gateway.InternetGateway?.InternetGatewayId;
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const [controlPlane, worker, open] = await Promise.all(
    ['10.30.0.0/24', '10.30.1.0/24', '10.30.2.0/24'].map(async (CidrBlock) => {
      const made = await ec2.send(
        new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: `${REGION}a` }),
      );
      return made.Subnet?.SubnetId ?? '';
    }),
  );
  await route(ec2, VpcId, { GatewayId: InternetGatewayId }, [open]);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const nat = await ec2.send(new CreateNatGatewayCommand({ SubnetId: open, AllocationId }));
  await route(ec2, VpcId, { NatGatewayId: nat.NatGateway?.NatGatewayId }, [controlPlane, worker]);
  return {
    VPC_ID: VpcId ?? '',
    CONTROL_PLANE_SUBNET_ID: controlPlane ?? '',
    WORKER_SUBNET_ID: worker ?? '',
    PUBLIC_SUBNET_ID: open ?? '',
  };
}

/** EC2 does not know at once what it has just made. */
async function onceSeen<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const isHidden = error instanceof EC2ServiceException && error.name.endsWith('.NotFound');
      if (!isHidden || tries === TRIES) throw error;
      await pause(TRY_AGAIN_MS);
    }
  }
}

interface Way {
  readonly GatewayId?: string | undefined;
  readonly NatGatewayId?: string | undefined;
}

async function route(
  ec2: EC2Client,
  VpcId: string | undefined,
  way: Way,
  subnets: readonly (string | undefined)[],
): Promise<void> {
  const table = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = table.RouteTable?.RouteTableId;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...way }));
  for (const SubnetId of subnets) await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
}

/** What goes wrong on EC2 in the life of one cluster, and how it comes right again. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Secret } from '../../lib/domain/secret.ts';
import { putAccessKey } from '../../local/clouds/aws/core/principals.ts';
import { DEMO_ARN, DEMO_AWS } from '../../local/clouds/aws/seed.ts';
import { storeAccount } from '../builders/account.ts';
import { ZONES } from '../builders/aws.ts';
import {
  ACCOUNT,
  type AwsWorld,
  aWorld,
  controlPlane,
  MINUTE_MS,
  oneControlPlane,
  oneWorker,
} from './aws-fixture.ts';
import {
  counted,
  joinTokens,
  kindsOf,
  type MachineSeen,
  machinesOf,
  watchControlPlane,
} from './aws-looks.ts';

const [ZONE_A, ZONE_B] = ZONES;

let world: AwsWorld;

beforeAll(async () => {
  world = await aWorld({ spec: { pools: [oneControlPlane, oneWorker] } });
});

const said = async (words: RegExp): Promise<readonly string[]> =>
  (await world.events()).filter((event) => words.test(event));

/** The machine that the pool got last is lost without a word. */
function lose(pool: string): string {
  const id = machinesOf(world, pool).at(-1)?.id ?? '';
  world.aws.addFault({ fault: 'instance-loss', id });
  return id;
}

/** So many machines, each of them a Ready node. */
function areNodes(machines: readonly MachineSeen[], count: number): boolean {
  const ready = world.nodes().flatMap((node) => (node.ready ? [node.providerId?.split('/').at(-1)] : []));
  return machines.length === count && machines.every(({ id }) => ready.includes(id));
}

describe('while it is made', () => {
  test('[A203] a NAT gateway that fails is shown in the words of EC2, and made again', async () => {
    const code = 'InsufficientFreeAddressesInSubnet';
    world.aws.addFault({ fault: 'error', operation: 'CreateNatGateway', code, when: 'late' });
    await world.until('shown', async () =>
      (await world.condition('CreatingInfrastructure')).startsWith('Failed'),
    );
    expect(await world.condition('CreatingInfrastructure')).toBe('Failed NatGatewayFailed');
    expect(await said(/^NatGatewayFailed: .*eu-central-1a: InsufficientFreeAddressesInSubnet/)).toHaveLength(
      1,
    );
    await world.until('built', async () =>
      (await world.condition('CreatingInfrastructure')).startsWith('Succeeded'),
    );
    expect(kindsOf(world)).toMatchObject({ 'AWS::EC2::NatGateway': 1, 'AWS::EC2::EIP': 1 });
  });

  test('[A92] a vCPU quota that is too low twice is shown, and no one has to do anything once it is not', async () => {
    await world.until('joining', async () =>
      (await world.condition('InstallingNetwork')).startsWith('Active'),
    );
    const message = 'You have requested more vCPU capacity than your current vCPU limit of 2 allows.';
    const refusal = {
      fault: 'error',
      operation: 'RunInstances',
      code: 'VcpuLimitExceeded',
      message,
    } as const;
    world.aws.addFault({ ...refusal, when: 'before', count: 2 });
    await world.until('shown', async () => (await world.condition('AddingWorkerNode')).startsWith('Failed'));
    const failed = (await world.document()).conditions.find(({ type }) => type === 'AddingWorkerNode');
    expect(failed).toMatchObject({ reason: 'QuotaExceeded', message: expect.stringContaining(message) });
    await world.converge();
    expect(await world.condition('AddingWorkerNode')).toBe('Succeeded PoolReady');
    expect(machinesOf(world, 'workers')).toHaveLength(1);
  });
});

describe('while it grows', () => {
  test('[A200] a zone without room is passed over for another one of the pool', async () => {
    const fault = world.aws.addFault({
      fault: 'capacity',
      instanceType: 'm5.large',
      zone: ZONE_B,
      available: 0,
    });
    await world.pools(oneControlPlane, { ...oneWorker, size: 2, zones: [ZONE_A, ZONE_B] });
    await world.converge();
    expect(counted(machinesOf(world, 'workers').map(({ zone }) => zone))).toEqual({ [ZONE_A]: 2 });
    expect(await said(/No room for m5\.large in eu-central-1b/)).toHaveLength(1);
    world.aws.removeFault(fault.id);
  });

  test('a machine that never joins is ended with the end of its console, and another one comes', async () => {
    await world.pools(oneControlPlane, { ...oneWorker, size: 3, zones: [ZONE_A, ZONE_B] });
    await world.until('ended', async () => {
      for (const token of joinTokens(world)) {
        world.kube('DELETE', `/api/v1/namespaces/kube-system/secrets/${token}`);
      }
      return (await said(/which never joined/)).length > 0;
    });
    const [event = ''] = await said(/which never joined/);
    expect(event).toMatch(/its console ends with: .*could not find a JWS signature/);
    expect(event).not.toMatch(/[a-z0-9]{6}\.[a-z0-9]{16}/);
    await world.converge();
    expect(machinesOf(world, 'workers')).toHaveLength(3);
    expect(joinTokens(world)).toEqual([]);
  });

  test('[A116] keys that AWS no longer takes are shown; with new ones it goes on where it was', async () => {
    const { accessKeyId, secretAccessKey } = DEMO_AWS;
    const key = { id: accessKeyId, secret: secretAccessKey, principalArn: DEMO_ARN, isActive: false };
    world.aws.change((simulated) => putAccessKey(simulated, key));
    await world.pools(oneControlPlane, { ...oneWorker, size: 2, zones: [ZONE_A, ZONE_B] });
    await world.run(10 * MINUTE_MS);
    const failed = (await world.document()).conditions.filter(({ status }) => status === 'Failed');
    expect(failed.map(({ reason, message }) => [reason, message])).toEqual([
      ['Unauthorized', expect.stringMatching(/^AuthFailure: .*or correct its keys\.$/s)],
    ]);
    const fresh = { ...key, id: 'AKIASLIPWAYDEMO00002', secret: 'another', isActive: true };
    world.aws.change((simulated) => putAccessKey(simulated, fresh));
    await storeAccount(world.deps, { ...ACCOUNT, settings: { accessKeyId: fresh.id } });
    await world.deps.secrets.set(ACCOUNT.secretName, new Secret<string>(fresh.secret));
    await world.converge();
    expect(machinesOf(world, 'workers')).toHaveLength(2);
  });
});

describe('a machine that is lost without a word', () => {
  test('of a pool of workers is replaced', async () => {
    const lost = lose('workers');
    expect(await world.hear()).toBeGreaterThan(0);
    await world.until('replaced', () => areNodes(machinesOf(world, 'workers'), 2));
    await world.converge();
    expect(machinesOf(world, 'workers').map(({ id }) => id)).not.toContain(lost);
    expect(world.nodes()).toHaveLength(3);
  });

  test('of the control plane leaves etcd, too, which keeps its majority', async () => {
    const workers = { ...oneWorker, size: 2, zones: [ZONE_A, ZONE_B] };
    await world.pools({ ...controlPlane, size: 3 }, workers);
    await world.converge();
    const watch = watchControlPlane(world, 'control-plane');
    const lost = lose('control-plane');
    expect(await world.hear()).toBeGreaterThan(0);
    await world.until('replaced', async () => {
      await watch.look();
      return watch.sizes.length === 3 && areNodes(machinesOf(world, 'control-plane'), 3);
    });
    await world.converge(() => watch.look());
    expect([watch.sizes, watch.downs]).toEqual([[3, 2, 3], 0]);
    expect(machinesOf(world, 'control-plane').map(({ id }) => id)).not.toContain(lost);
    expect(world.nodes().filter(({ ready }) => ready)).toHaveLength(5);
    expect(world.machines.splitClusters()).toEqual([]);
  });
});

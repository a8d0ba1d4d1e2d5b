/** The cloud as a whole: its graph, its context, what it shows. */
import { describe, expect, test } from '@jest/globals';
import { anAwsCloud, anAwsPool } from '../../../test/builders/aws.ts';
import { anAwsView, RECORDED } from '../../../test/builders/aws-view.ts';
import { MemorySecrets, someDeps } from '../../../test/builders/deps.ts';
import { fail, ok } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import { stepGraph } from '../../reconcile/graph.ts';
import { OPEN_GUARD } from '../open-guard.ts';
import { createAws } from './index.ts';
import { liveResources } from './live-resources.ts';
import type { InstanceSeen } from './machines/port.ts';

const { aws } = createAws({
  config: { aws: { url: 'http://aws.test' }, requestTimeoutMs: 1_000, speed: 1 },
  transport: {
    async handle() {
      throw new Error('asked');
    },
  },
  connectSelfManaged: () => () => fail({ code: 'Unavailable', message: 'no', source: 'kube:x:y' }),
  secrets: new MemorySecrets(),
  clock: { now: () => 0, monotonic: () => 0 },
  store: someDeps().store,
});
const account = {
  project: 'default',
  name: 'aws-demo',
  type: 'aws',
  settings: {},
  lastRotatedAt: '',
} as const;
const open = (view = anAwsView()) => aws.open({ account, secret: new Secret('s') }, view, OPEN_GUARD);

/** Steps of lib/clouds/aws/network. */
const NETWORK =
  /^aws\/(?:account|vpc|internet-gateway|subnets|addresses|nat-gateways|.*routes|route-tables)$/;

describe('the graph', () => {
  const dynamic = anAwsView();
  const ids = { controlPlaneSubnetIds: ['subnet-1'], workerSubnetIds: ['subnet-2'] };
  const fixed = anAwsView({
    spec: { cloud: anAwsCloud({ placement: { mode: 'static', vpcId: 'vpc-1', ...ids } }) },
  });
  test.each([
    ['made networks', dynamic],
    ['networks that exist', fixed],
  ])('%s: creating and deleting have an order', (_title, view) => {
    const steps = aws.steps(view);
    expect(() => [stepGraph(steps, false), stepGraph(steps, true)]).not.toThrow();
    const own = steps.map(({ name }) => name).filter((name) => !NETWORK.test(name));
    expect(own).toEqual([
      'aws/image',
      'aws/tags',
      'aws/events',
      'aws/instance-profiles',
      'aws/security-groups',
      'aws/load-balancer',
      'aws/bastion',
      'aws/leavings',
      'machines/keys',
      'machines/first-node',
      'machines/cloud-controller',
      'machines/network-plugin',
      'machines/storage',
      'machines/metrics',
      'machines/pool:control-plane',
      'machines/pool:worker',
    ]);
  });

  const prerequisites = (view = dynamic, deleting: boolean) => {
    const graph = stepGraph(aws.steps(view), deleting);
    const all = (name: string): readonly string[] => [
      ...new Set(graph.before(name).flatMap((former) => [former, ...all(former)])),
    ];
    return all;
  };

  test('machines come after everything that they lean on, and do not wait for the queue or the bastion', () => {
    const needed = prerequisites(dynamic, false)('machines/first-node');
    expect(needed).toEqual(
      expect.arrayContaining([
        'aws/image',
        'aws/routes',
        'aws/security-groups',
        'aws/load-balancer',
        'aws/instance-profiles',
      ]),
    );
    expect(needed).not.toContain('aws/events');
    expect(needed).not.toContain('aws/bastion');
  });

  test('[A227] deleting: machines, what Kubernetes made, balancer and groups, then the network', () => {
    const goneBefore = prerequisites(dynamic, true);
    expect(goneBefore('aws/leavings')).toEqual(
      expect.arrayContaining(['machines/pool:worker', 'machines/first-node']),
    );
    expect(goneBefore('aws/load-balancer')).toContain('machines/pool:control-plane');
    expect(goneBefore('aws/security-groups')).toEqual(
      expect.arrayContaining(['aws/leavings', 'aws/load-balancer', 'aws/bastion']),
    );
    expect(goneBefore('aws/internet-gateway')).toContain('aws/security-groups');
    expect(goneBefore('aws/subnets')).toContain('aws/leavings');
    expect(goneBefore('aws/vpc')).toContain('aws/security-groups');
  });
});

describe('the context', () => {
  test('opening it asks nothing of anybody', () => {
    expect(Object.keys(open())).toEqual(expect.arrayContaining(['machines', 'network', 'identity']));
  });

  test('without an address there is no cluster to connect to', async () => {
    const ctx = open(anAwsView({ outputs: {} }));
    expect(await ctx.workload()).toMatchObject({ ok: false, error: { code: 'NotFound' } });
    expect(await ctx.nodes()).toMatchObject({ ok: false, error: { code: 'NotFound' } });
  });

  test('keys that are made in the pass can be used in it', async () => {
    const ctx = open();
    expect(await ctx.workload()).toMatchObject({ ok: false, error: { code: 'NotFound' } });
    await ctx.boot.ensurePki();
    expect(await ctx.workload()).toMatchObject({ ok: false, error: { code: 'Unavailable' } });
  });
});

describe('kubeconfig', () => {
  const initialised = anAwsView({ outputs: { ...RECORDED, 'machines/first-node': { initialised: true } } });
  test('not before the cluster is up', async () => {
    expect(await aws.kubeconfig(open(), anAwsView())).toMatchObject({
      ok: false,
      error: { code: 'NotFound' },
    });
  });
  test('made from the cluster’s own keys', async () => {
    const ctx = open(initialised);
    await ctx.boot.ensurePki();
    const made = await aws.kubeconfig(ctx, initialised);
    expect(made.ok && made.value.reveal()).toContain('https://shop.elb.test:6443');
  });
});

describe('live resources', () => {
  const instance = (id: string, fields: Partial<InstanceSeen> = {}): InstanceSeen => ({
    id,
    state: 'running',
    tags: { 'slipway:pool': 'worker', Name: `shop-${id}` },
    zone: 'eu-central-1a',
    instanceType: anAwsPool().instanceType,
    spot: false,
    launchedAt: '2026-11-20T12:00:00.000Z',
    ...fields,
  });
  const node = (id: string, ready: boolean): WorkloadNode => ({
    name: id,
    providerId: `aws:///eu-central-1a/${id}`,
    labels: {},
    taints: [],
    ready,
    unschedulable: false,
    kubeletVersion: 'v1.33.2',
    createdAt: '2026-11-20T12:00:00.000Z',
    conditions: [],
  });
  const ask = async (nodes: readonly WorkloadNode[] | undefined) => {
    const found = { ...open().leavings, disksOf: async () => ok([{ id: 'vol-1', name: 'v', inUse: true }]) };
    const unreachable = fail({ code: 'Unavailable', message: 'no', source: 'kube:x:y' });
    const shown = await liveResources(
      {
        nodes: async () => (nodes === undefined ? unreachable : ok(nodes)),
        instances: {
          list: async () =>
            ok([
              instance('i-1'),
              instance('i-2', { state: 'launching' }),
              instance('i-3', { state: 'gone' }),
              instance('i-4', { tags: { 'slipway:role': 'bastion' } }),
            ]),
          run: async () => ok(instance('i-9')),
          terminate: async () => ok(undefined),
          console: async () => ok(undefined),
        },
        leavings: found,
      },
      anAwsView({ outputs: {} }),
    );
    return shown.ok ? shown.value.map(({ kind, id, role, state }) => [kind, id, role, state]) : shown;
  };
  test('machines as their nodes say, with their disks; no bastion, which has a row of its own', async () => {
    expect(await ask([node('i-1', true), node('i-2', false)])).toEqual([
      ['AWS::EC2::Instance', 'i-1', 'worker', 'Ready'],
      ['AWS::EC2::Instance', 'i-2', 'worker', 'NotReady'],
      ['AWS::EC2::Volume', 'vol-1', 'machine', 'InUse'],
    ]);
  });
  test('as EC2 says while nobody can ask the nodes', async () => {
    expect(await ask(undefined)).toEqual([
      ['AWS::EC2::Instance', 'i-1', 'worker', 'running'],
      ['AWS::EC2::Instance', 'i-2', 'worker', 'launching'],
      ['AWS::EC2::Volume', 'vol-1', 'machine', 'InUse'],
    ]);
  });
});

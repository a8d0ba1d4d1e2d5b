import { describe, expect, test } from '@jest/globals';
import { anAwsProfile } from '../../../test/builders/aws-input.ts';
import { aCluster, NOON_MS } from '../../../test/builders/cluster.ts';
import { aMachineWorld, type MachineWorld } from '../../../test/builders/machine-world.ts';
import type { ClusterDocument, ClusterSpec, JsonObject } from '../../domain/cluster.ts';
import { fail, ok } from '../../domain/errors.ts';
import type { AnyStep, Plan } from '../../domain/plan.ts';
import { toInstant } from '../../domain/time.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import type { SelfManagedApi } from '../../kube/self-managed.ts';
import { viewOf } from '../../reconcile/view.ts';
import { type PackContext, type PackDesired, type PackObserved, planPack } from './pack-step.ts';
import { packSteps } from './steps.ts';

const STEPS = packSteps({ cloudController: 'cloud-controller-aws', podCidr: '192.168.0.0/16' });

function stepNamed(name: string): AnyStep<PackContext> {
  const step = STEPS.find((one) => one.name === name);
  if (step === undefined) throw new Error(`no step ${name}`);
  return step;
}

describe('the plan of a pack', () => {
  const facts = { clusterName: 'shop-1a2b3c', podCidr: '192.168.0.0/16', kubernetesVersion: '1.33.2' };
  const desired = (more: Partial<PackDesired> = {}): PackDesired => ({
    pack: 'cni-flannel',
    known: { name: 'cni-flannel', facts },
    hash: 'new',
    worked: false,
    ...more,
  });
  const now = toInstant(NOON_MS);
  const aMinuteAgo = toInstant(NOON_MS - 60_000);
  const changed: PackObserved = { state: 'changed', objects: ['ConfigMap m'] };

  test.each<[string, PackDesired, PackObserved, Partial<Plan<string>>]>([
    ['not applied', desired(), { state: 'not-looked' }, { next: 'act', reason: 'InstallingPack' }],
    [
      'its pods are starting',
      desired({ applied: 'new' }),
      { state: 'starting', ready: 0, total: 1 },
      { next: 'wait', reason: 'WaitingForPackPods', progress: { done: 0, total: 1 } },
    ],
    ['working', desired({ applied: 'new' }), { state: 'working' }, { next: 'done', reason: 'PackInstalled' }],
    [
      'somebody changed it',
      desired({ applied: 'new', appliedAt: aMinuteAgo }),
      changed,
      { next: 'act', reason: 'RestoringPack', message: 'Putting back ConfigMap m.' },
    ],
    [
      'somebody insists',
      desired({ applied: 'new', appliedAt: now }),
      changed,
      { next: 'done', reason: 'PackInstalled' },
    ],
    [
      'nobody knows the pack',
      { pack: 'cni-strange', hash: '', worked: false },
      { state: 'not-looked' },
      { next: 'blocked', reason: 'PackNotSupported' },
    ],
  ])('%s', (_name, wanted, seen, plan) => expect(planPack(wanted, seen, NOON_MS)).toMatchObject(plan));
});

/** One cluster with its first node, and the packs as the engine would run them, one turn at a time. */
class Story {
  readonly #world: MachineWorld;
  #document: ClusterDocument = aCluster({ profile: anAwsProfile() });

  private constructor(world: MachineWorld) {
    this.#world = world;
  }

  static async begin(): Promise<Story> {
    const world = await aMachineWorld();
    await world.launch('init', 0);
    world.pass(300);
    return new Story(world);
  }

  get api(): Promise<SelfManagedApi> {
    return this.#world.api();
  }

  pass(seconds: number): void {
    this.#world.pass(seconds);
  }

  join(index: number): Promise<string> {
    return this.#world.launch('join-worker', index);
  }

  change(fields: Partial<ClusterDocument>): void {
    this.#document = { ...this.#document, ...fields };
  }

  /** Looks, decides, and acts when that is the decision. */
  async turn(name: string): Promise<string> {
    const step = stepNamed(name);
    const desired: unknown = step.desired(viewOf(this.#document));
    if (desired === undefined) return 'inapplicable';
    const ctx: PackContext = { workload: async () => ok(await this.api), now: () => this.#world.clock.now() };
    const seen = await step.observe(ctx, desired);
    if (!seen.ok) throw new Error(seen.error.message);
    this.#remember(name, step.read?.(desired, seen.value).outputs);
    const plan: Plan<unknown> = step.plan(desired, seen.value, ctx.now());
    if (plan.next !== 'act') return plan.reason;
    const acted = await step.act(ctx, desired, plan.action);
    if (!acted.ok) throw new Error(acted.error.message);
    this.#remember(name, acted.value.outputs);
    return `${plan.reason}: ${acted.value.event}`;
  }

  override(packOverrides: ClusterSpec['packOverrides']): void {
    this.change({ spec: { ...this.#document.spec, packOverrides } });
  }

  async storageClass(): Promise<KubernetesObject | undefined> {
    const api = await this.api;
    const ebs = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'ebs' } };
    const read = await api.read(ebs);
    if (!read.ok) throw new Error(read.error.message);
    return read.value;
  }

  async untilDone(name: string): Promise<readonly string[]> {
    const told: string[] = [];
    for (let turns = 0; turns < 30 && told.at(-1) !== 'PackInstalled'; turns++) {
      const said = await this.turn(name);
      if (said !== told.at(-1)) told.push(said);
      this.pass(10);
    }
    return told;
  }

  #remember(name: string, outputs: JsonObject = {}): void {
    const record = {
      title: name,
      phase: 'active',
      condition: 'InstallingNetwork',
      reason: '',
      message: '',
      attempts: 0,
      changedAt: toInstant(NOON_MS),
      outputs: { ...this.#document.steps[name]?.outputs, ...outputs },
    } as const;
    this.change({ steps: { ...this.#document.steps, [name]: record } });
  }
}

const NETWORK = 'machines/network-plugin';
const ALL = ['machines/cloud-controller', NETWORK, 'machines/storage', 'machines/metrics'];

describe('[A5] packs on a cluster that kubeadm made', () => {
  test('make its first node Ready, one after the other, and then leave it alone', async () => {
    const story = await Story.begin();
    const api = await story.api;
    expect(await api.listNodes()).toMatchObject({ value: [{ ready: false }] });
    expect(await story.untilDone('machines/cloud-controller')).toEqual([
      'InstallingPack: Applied pack cloud-controller-aws',
      'PackInstalled',
    ]);
    expect((await story.untilDone(NETWORK)).at(-1)).toBe('PackInstalled');
    story.pass(60);
    expect(await api.listNodes()).toMatchObject({ value: [{ ready: true }] });
    for (const name of ALL) expect((await story.untilDone(name)).at(-1)).toBe('PackInstalled');
    for (const name of ALL) expect(await story.turn(name)).toBe('PackInstalled');
  });

  test('what people take away or change is put back at the next full look', async () => {
    const story = await Story.begin();
    await story.untilDone(NETWORK);
    story.pass(600);
    const api = await story.api;
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' };
    await api.apply({ ...role, metadata: { name: 'slipway:flannel' }, rules: [] });
    expect(await story.turn(NETWORK)).toBe('RestoringPack: Applied pack cni-flannel');
    expect(await story.turn(NETWORK)).toBe('PackInstalled');
  });

  test('a node that lacks a pack later does not hold the pools that would replace it', async () => {
    const story = await Story.begin();
    for (const name of ALL) await story.untilDone(name);
    await story.join(0);
    story.pass(90);
    const sets = await (await story.api).daemonSets();
    const flannel = sets.ok ? sets.value.find(({ name }) => name === 'kube-flannel-ds') : undefined;
    expect(flannel?.desired).toBeGreaterThanOrEqual(1);
    for (const name of ALL) expect(await story.turn(name)).toBe('PackInstalled');
  });

  test('another version of Kubernetes has another cloud controller', async () => {
    const story = await Story.begin();
    await story.untilDone('machines/cloud-controller');
    const layers = anAwsProfile().layers.map((one) =>
      one.layer === 'kubernetes' ? { ...one, version: '1.34.1' } : one,
    );
    story.change({ profile: anAwsProfile({ layers }) });
    expect(await story.turn('machines/cloud-controller')).toBe(
      'InstallingPack: Applied pack cloud-controller-aws',
    );
  });

  test('[A10, A62] a value that changes is applied in place, once', async () => {
    const story = await Story.begin();
    for (const name of ALL) await story.untilDone(name);
    const storage = 'machines/storage';
    const ebs = { volumeType: 'gp2', reclaimPolicy: 'Retain', defaultStorageClass: false };
    story.override({ 'csi-aws-ebs': ebs });
    expect(await story.turn(NETWORK)).toBe('PackInstalled');
    expect(await story.turn(storage)).toBe('InstallingPack: Applied pack csi-aws-ebs');
    expect(await story.storageClass()).toMatchObject({
      metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'false' } },
      parameters: { type: 'gp2', encrypted: 'true' },
      reclaimPolicy: 'Retain',
    });
    expect((await story.untilDone(storage)).at(-1)).toBe('PackInstalled');
    story.override({ 'csi-aws-ebs': { ...ebs, encrypted: true } });
    expect(await story.turn(storage)).toBe('PackInstalled');
    story.override({});
    expect(await story.turn(storage)).toBe('InstallingPack: Applied pack csi-aws-ebs');
    expect(await story.storageClass()).toMatchObject({
      parameters: { type: 'gp3' },
      reclaimPolicy: 'Delete',
    });
  });

  test('[A11] values of the profile count, and overrides lie over them', async () => {
    const story = await Story.begin();
    const layers = anAwsProfile().layers.map((one) =>
      one.pack === 'csi-aws-ebs' ? { ...one, values: { fsType: 'xfs', encrypted: false } } : one,
    );
    story.change({ profile: anAwsProfile({ layers }) });
    story.override({ 'csi-aws-ebs': { encrypted: true } });
    await story.turn('machines/storage');
    expect(await story.storageClass()).toMatchObject({
      parameters: { 'csi.storage.k8s.io/fstype': 'xfs', encrypted: 'true' },
    });
  });

  test('a storage class that somebody made anew is made as it was', async () => {
    const story = await Story.begin();
    for (const name of ALL) await story.untilDone(name);
    story.pass(600);
    const api = await story.api;
    const wanted = await story.storageClass();
    if (wanted === undefined) throw new Error('no storage class');
    await api.remove(wanted);
    await api.apply({ ...wanted, metadata: { name: 'ebs' }, parameters: { type: 'sc1' } });
    expect(await story.turn('machines/storage')).toBe('RestoringPack: Applied pack csi-aws-ebs');
    expect(await story.storageClass()).toMatchObject({ parameters: { type: 'gp3' } });
  });

  test('end with the cluster: nothing is done while it is deleted', async () => {
    const story = await Story.begin();
    story.change({ deletedAt: toInstant(NOON_MS) });
    for (const name of ALL) expect(await story.turn(name)).toBe('inapplicable');
  });
});

test('a cluster that cannot be asked is a failure, not an empty cluster', async () => {
  const down = { code: 'Unavailable', message: 'down', source: 'test' } as const;
  const ctx: PackContext = { workload: async () => fail(down), now: () => NOON_MS };
  const step = stepNamed(NETWORK);
  const desired: PackDesired = step.desired(viewOf(aCluster({ profile: anAwsProfile() })));
  expect(await step.observe(ctx, { ...desired, applied: desired.hash })).toEqual({ ok: false, error: down });
  expect(await step.act(ctx, desired, 'apply')).toEqual({ ok: false, error: down });
});

test('steps are in the order in which a cluster comes to life', () => {
  expect(STEPS.map(({ name, condition, after }) => [name, condition, after])).toEqual([
    ['machines/cloud-controller', 'InstallingNetwork', ['machines/first-node']],
    ['machines/network-plugin', 'InstallingNetwork', ['machines/first-node']],
    ['machines/storage', 'InstallingStorage', ['machines/cloud-controller', 'machines/network-plugin']],
    ['machines/metrics', 'InstallingAgent', ['machines/cloud-controller', 'machines/network-plugin']],
  ]);
});

test('[A71] the metrics server is left to a profile that brings one', () => {
  const layers = [
    ...anAwsProfile().layers,
    { layer: 'addon', pack: 'metrics-server', version: '3.13.0', values: {} } as const,
  ];
  const { desired } = stepNamed('machines/metrics');
  const own = anAwsProfile();
  expect(desired(viewOf(aCluster({ profile: { ...own, layers } })))).toBeUndefined();
  expect(desired(viewOf(aCluster({ profile: own })))).toMatchObject({ pack: 'metrics-server' });
});

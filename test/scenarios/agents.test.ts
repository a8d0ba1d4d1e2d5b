/** The agent in clusters of both kinds: it comes by itself, costs a create nothing, follows changes, and is forgotten. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { shardOf } from '../../lib/agents/enrolment.ts';
import { readRoster } from '../../lib/agents/roster.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import { MINUTE_MS, toEpochMs } from '../../lib/domain/time.ts';
import { changeCluster } from '../../lib/reconcile/change.ts';
import { enrolWith } from '../builders/agents.ts';
import type { TestDeps } from '../builders/deps.ts';
import { aWorld as anAksWorld, system } from './aks-fixture.ts';
import { type AwsWorld, aWorld as anAwsWorld, oneControlPlane, oneWorker } from './aws-fixture.ts';
import type { Story } from './pass-fixture.ts';

const ID = asClusterId('11111111-1111-4111-8111-111111111111');
const SMALL = { pools: [oneControlPlane, oneWorker] };

async function entry(deps: TestDeps) {
  return (await readRoster(deps, shardOf(ID, deps.config.agents.shards), 0)).get(ID);
}

const milestone = (document: ClusterDocument | undefined) =>
  document?.conditions.find(({ type }) => type === 'InstallingAgent')?.status;

async function retune(deps: Story['deps'], values: { readonly retention: string }): Promise<void> {
  await changeCluster(deps, {
    id: ID,
    reason: 'test',
    decide: (document) => ({
      kind: 'change',
      document: { ...document, spec: { ...document.spec, packOverrides: { prometheus: values } } },
      specChanged: true,
      events: [],
    }),
  });
}

describe('an AKS cluster', () => {
  test('gets its agent in the pass that finds its nodes: not one pass and not one call to Azure more', async () => {
    const bare = await anAksWorld();
    const passes = await bare.converge();
    const world = await anAksWorld(undefined, { agents: true });
    expect(await world.converge()).toBe(passes);
    expect(world.azure.log.entries().map(({ operation }) => operation)).toEqual(
      bare.azure.log.entries().map(({ operation }) => operation),
    );
    expect(milestone(await world.read())).toBe('Succeeded');
    expect(milestone(await bare.read())).toBeUndefined();
    expect(await entry(world.deps)).toMatchObject({ name: 'shop', project: 'default', revision: '1.0' });
    expect(await entry(bare.deps)).toBeUndefined();
  });

  test('[A51] has its revision raised by the pass that sees a change, and the step is not run for it', async () => {
    const world = await anAksWorld(undefined, { agents: true });
    await world.converge();
    const before = (await world.read())?.steps.agent?.outputs;
    await retune(world.deps, { retention: '30d' });
    await world.converge();
    expect((await entry(world.deps))?.revision).toBe('2.0');
    await world.change([{ ...system, size: 3 }]);
    await world.converge();
    expect((await entry(world.deps))?.revision).toBe('3.0');
    expect((await world.read())?.steps.agent?.outputs).toEqual(before);
  });

  test('is forgotten with its deletion, belongings and all', async () => {
    const world = await anAksWorld(undefined, { agents: true });
    await world.converge();
    await world.delete();
    expect(await world.read()).toBeUndefined();
    expect(await entry(world.deps)).toBeUndefined();
    const left = await world.deps.store.query({ container: 'clusters', partition: ID, where: [], limit: 10 });
    expect(left.items).toEqual([]);
  });
});

describe('a cluster on EC2', () => {
  let world: AwsWorld;
  let passes: number;
  beforeAll(async () => {
    world = await anAwsWorld({ spec: SMALL, agents: true });
    passes = await world.converge();
  });

  const DEPLOYMENT = '/apis/apps/v1/namespaces/slipway-system/deployments/slipway-agent';
  const agentObject = (path: string) => {
    const { status, body } = world.kube('GET', path);
    return status === 200 ? Object(body) : undefined;
  };
  const appliedAt = async () => (await world.document()).steps.agent?.outputs?.appliedAt;

  test('gets its agent with nothing more asked of AWS, and the token in it is good', async () => {
    const bare = await anAwsWorld({ spec: SMALL });
    expect(passes).toBe(await bare.converge());
    expect(world.writes()).toEqual(bare.writes());
    expect(milestone(await world.document())).toBe('Succeeded');
    expect(agentObject(DEPLOYMENT)?.spec.template.spec.containers[0]).toMatchObject({
      image: 'registry.test/slipway-agent:0.1.0',
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    });
    const secret = agentObject('/api/v1/namespaces/slipway-system/secrets/slipway-agent-bootstrap');
    const token = Buffer.from(secret.data['bootstrap-token'], 'base64').toString('utf8');
    expect((await enrolWith(world.deps, token, { cluster: ID })).kind).toBe('enrolled');
    expect((await entry(world.deps))?.epoch).toBe(1);
  });

  test('is left alone while nothing changes', async () => {
    const before = await appliedAt();
    await world.run(40 * MINUTE_MS);
    const { lastFullLookAt = '' } = await world.document();
    expect(toEpochMs(lastFullLookAt) - toEpochMs(String(before))).toBeGreaterThan(30 * MINUTE_MS);
    expect(await appliedAt()).toBe(before);
  });

  test('has its agent put back when somebody deleted it', async () => {
    world.kube('DELETE', DEPLOYMENT);
    expect(agentObject(DEPLOYMENT)).toBeUndefined();
    await world.until('put back', () => agentObject(DEPLOYMENT) !== undefined);
    const told = await world.events();
    expect(told.filter((event) => event.includes('Applied the agent'))).not.toHaveLength(0);
  });
});

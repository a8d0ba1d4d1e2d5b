/** Clusters on EC2 over HTTP: what is asked for is stored, or everything that keeps it from being stored comes at once. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { addProfile } from '../../lib/profiles/store.ts';
import { ZONES } from '../../test/builders/aws.ts';
import {
  aControlPlaneInput,
  anAwsCloudInput,
  anAwsInput,
  anAwsPoolInput,
  anAwsProfile,
  inAws,
  STATIC,
  withWorkers,
} from '../../test/builders/aws-input.ts';
import { withCloud } from '../../test/builders/cluster-input.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProjectWithAws, editor, viewer } from '../../test/builders/project.ts';
import { createCluster } from './create-cluster.ts';
import { getCluster } from './get-cluster.ts';
import { patchCluster } from './patch-cluster.ts';
import { putPackValues } from './put-pack-values.ts';
import { validateCluster } from './validate-cluster.ts';

const project = { project: 'default' };
const params = { ...project, cluster: 'shop' };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProjectWithAws();
});

const create = (body: unknown, path = '/api/v1/x') =>
  send(deps, createCluster, { ...editor, params: project, body, path });
const codes = (body: unknown): readonly string[] =>
  (Object(body).errors ?? []).map(({ code, path }: { code: string; path: string }) => `${path} ${code}`);
const warnings = (body: unknown): readonly string[] =>
  (Object(body).warnings ?? []).map(({ code, path }: { code: string; path: string }) => `${path} ${code}`);

describe('a good cluster', () => {
  test('[A18, A200, A223, A226, A249] gets two pools of one node in all zones of the region', async () => {
    const created = await create(anAwsInput());
    expect(created).toMatchObject({
      status: 202,
      body: {
        cloud: {
          region: 'eu-central-1',
          placement: { mode: 'dynamic' },
          bastion: { enabled: true, rdp: false },
        },
        pools: [
          { name: 'control-plane', role: 'control-plane', size: 1, zones: ZONES, allowWorkloads: false },
          {
            name: 'worker',
            role: 'worker',
            size: 1,
            zones: ZONES,
            capacity: 'on-demand',
            instanceType: 'm5.large',
          },
        ],
      },
    });
    // Addresses and gateways are counted by zones, so the cloud is asked about the zones that it named.
    expect(deps.aws.verified[0]?.spec.pools.map(({ zones }) => zones)).toEqual([ZONES, ZONES]);
    expect(Object(created.body).cloud.bastion).not.toHaveProperty('allowedCidrs');
    expect(deps.queue.sent).toHaveLength(1);
  });

  test('[A160, A200, A233] pools that name no zones are in all of them; others keep theirs', async () => {
    const pools = [aControlPlaneInput(), anAwsPoolInput({ zones: ['c', 'a'] })];
    const { body } = await create(anAwsInput({ pools }));
    expect(Object(body).pools).toMatchObject([
      { zones: ZONES },
      { zones: ['eu-central-1a', 'eu-central-1c'] },
    ]);
  });

  test('zones that the cloud does not name in time are a warning', async () => {
    deps.aws.zones = undefined;
    const { status, body } = await create(withWorkers({ zones: ['a'] }), '/api/v1/x?strict=true');
    expect(status).toBe(202);
    expect(warnings(body)).toEqual(['/pools/0/zones NOT_VERIFIED']);
  });

  test('[A206] a bastion that is open to the world comes with a warning', async () => {
    const { status, body } = await create(inAws({ bastion: { allowedCidrs: ['0.0.0.0/0'] } }));
    expect(status).toBe(202);
    expect(warnings(body)).toEqual(['/cloud/bastion/allowedCidrs OPEN_INGRESS']);
  });

  test('[A228] static placement is kept, and asked about', async () => {
    const { status, body } = await create(inAws({ placement: STATIC }));
    expect([status, Object(body).cloud.placement]).toEqual([202, STATIC]);
    expect(deps.aws.verified[0]?.spec.cloud.placement).toEqual(STATIC);
    expect(deps.cloud.verified).toEqual([]);
  });
});

describe('a bad cluster', () => {
  test('[A16, A222, A125] an account that is none, or of Azure', async () => {
    const withAccount = async (account: string) => codes((await create(inAws({ account }))).body);
    expect(await withAccount('azure-demo')).toEqual(['/cloud/account CLOUD_ACCOUNT_TYPE']);
    expect(await withAccount('nobody')).toEqual(['/cloud/account CLOUD_ACCOUNT_NOT_FOUND']);
    expect(codes((await create(withCloud({ account: 'aws-demo' }))).body)).toEqual([
      '/cloud/account CLOUD_ACCOUNT_TYPE',
    ]);
  });

  test('[A9] a profile that is made for AKS, and the other way round', async () => {
    const mismatch = await create(anAwsInput({ profile: { name: 'aks-base', version: '1.0.0' } }));
    expect(mismatch).toMatchObject({ status: 422, body: { code: 'PROFILE_CLOUD_MISMATCH' } });
    expect(JSON.stringify(mismatch.body)).toMatch(/made for aks, the cluster is of type aws/);
  });

  test('[A4, A5] a profile without a system, or with a Kubernetes that cannot be installed', async () => {
    const { layers } = anAwsProfile();
    const old = layers.map((one) => (one.layer === 'kubernetes' ? { ...one, version: '1.30.4' } : one));
    await addProfile(deps, 'default', anAwsProfile({ name: 'old', layers: old.slice(1) }));
    const { body } = await create(anAwsInput({ profile: { name: 'old', version: '1.0.0' } }));
    expect(codes(body)).toEqual(['/profile PROFILE_LAYER_MISSING', '/profile K8S_VERSION_UNSUPPORTED']);
  });

  test('[A177] settings of the AKS control plane', async () => {
    const values = { managedControlPlane: { sku: 'Standard' } };
    expect(codes((await create(anAwsInput({ packOverrides: { kubernetes: values } }))).body)).toEqual([
      '/packOverrides/kubernetes/managedControlPlane FIELD_AKS_ONLY',
    ]);
    await create(anAwsInput());
    const put = { ...editor, params: { ...params, pack: 'kubernetes' }, body: { values } };
    expect(await send(deps, putPackValues, put)).toMatchObject({
      status: 422,
      body: { code: 'FIELD_AKS_ONLY' },
    });
  });

  test('[A10] values that a pack does not take, with the same words everywhere', async () => {
    const packOverrides = { 'cni-flannel': { backend: 'host-gw' }, 'csi-aws-ebs': { volume: 'gp3' } };
    const places = [
      '/packOverrides/cni-flannel/backend PACK_VALUES_INVALID',
      '/packOverrides/csi-aws-ebs/volume PACK_VALUES_INVALID',
    ];
    expect(codes((await create(anAwsInput({ packOverrides }))).body)).toEqual(places);
    const dry = { ...editor, params: project, body: anAwsInput({ packOverrides }) };
    expect(await send(deps, validateCluster, dry)).toMatchObject({
      status: 200,
      body: { valid: false, errors: [{ code: 'PACK_VALUES_INVALID' }, { code: 'PACK_VALUES_INVALID' }] },
    });
    await create(anAwsInput());
    const put = (values: object) =>
      send(deps, putPackValues, { ...editor, params: { ...params, pack: 'csi-aws-ebs' }, body: { values } });
    const refused = await put({ encrypted: 'no', volumeType: 'gp2' });
    expect([refused.status, codes(refused.body)]).toEqual([422, ['/values/encrypted PACK_VALUES_INVALID']]);
    expect(await put({ volumeType: 'gp2' })).toMatchObject({
      status: 202,
      body: { values: { volumeType: 'gp2' }, sources: { '/volumeType': 'override' } },
    });
  });

  test('[A5] a profile with a pack of another cloud', async () => {
    const layers = anAwsProfile().layers.map((one) =>
      one.layer === 'csi' ? { ...one, pack: 'csi-azure-disk' } : one,
    );
    await addProfile(deps, 'default', anAwsProfile({ name: 'mixed', layers }));
    const { body } = await create(anAwsInput({ profile: { name: 'mixed', version: '1.0.0' } }));
    expect(codes(body)).toEqual(['/profile PACK_CLOUD_MISMATCH']);
  });

  test('[A201] more machines than the range has room for, once the zones are known', async () => {
    const pools = [anAwsPoolInput({ size: 31 })];
    const { body } = await create(anAwsInput({ cloud: anAwsCloudInput({ vpcCidr: '10.9.0.0/24' }), pools }));
    expect(codes(body)).toEqual(['/pools CIDR_TOO_SMALL']);
  });

  test('[A13, A224] what only AWS knows comes with what the rules know', async () => {
    const path = '/cloud/sshKeyPair';
    deps.aws.findings = [
      { severity: 'error', code: 'KEY_PAIR_NOT_FOUND', path, message: 'not in eu-central-1' },
    ];
    const body = withWorkers({ capacity: 'spot', storage: 1 });
    const refused = await create(body);
    expect(codes(refused.body)).toEqual([
      '/pools/1/storage UNKNOWN_FIELD',
      '/pools/1/spot/maxBidPercent SPOT_MAX_BID_REQUIRED',
      '/cloud/sshKeyPair KEY_PAIR_NOT_FOUND',
    ]);
    const validated = await send(deps, validateCluster, { ...editor, params: project, body });
    expect(validated).toMatchObject({ status: 200, body: { valid: false } });
    expect(codes(validated.body)).toEqual(codes(refused.body));
  });

  test('AWS is not asked about a region or an account that is none, but about all else', async () => {
    await create(inAws({ region: '' }));
    await create(inAws({ account: '' }));
    expect(deps.aws.verified).toEqual([]);
    await create(inAws({ placement: { mode: 'static' }, subscriptionId: 's' }));
    expect(deps.aws.verified[0]?.spec.cloud.placement).toEqual({ mode: 'dynamic' });
  });

  test('[A166] a cloud that this deployment lacks', async () => {
    deps = { ...deps, clouds: createRegistry([deps.cloud], [deps.probe]) };
    expect(codes((await create(anAwsInput())).body)).toEqual(['/cloud/type CLOUD_TYPE_UNSUPPORTED']);
    expect(codes((await create(inAws({ type: 'azure' }))).body)).toEqual([
      '/cloud/type CLOUD_TYPE_UNSUPPORTED',
    ]);
  });
});

test('a read of an AWS cluster can be edited and sent back; its cloud stays', async () => {
  await create(inAws({ bastion: { allowedCidrs: ['203.0.113.0/24'] } }));
  const { body } = await send(deps, getCluster, { ...viewer, params });
  const patch = (fields: object) =>
    send(deps, patchCluster, { ...editor, params, body: { ...Object(body), ...fields } });
  expect((await patch({})).status).toBe(200);
  expect((await patch({ purpose: 'production', description: 'the shop' })).status).toBe(202);
  const elsewhere = { ...Object(body).cloud, region: 'eu-west-1' };
  expect(await patch({ cloud: elsewhere })).toMatchObject({ status: 422, body: { code: 'FIELD_IMMUTABLE' } });
});

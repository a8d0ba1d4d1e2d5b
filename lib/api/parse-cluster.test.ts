import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aCluster, anAksCloud, aPool, aSpec, NOON_MS } from '../../test/builders/cluster.ts';
import {
  aClusterInput,
  aPoolInput,
  RSA_KEY,
  withCloud,
  withPool,
  withSchedules,
} from '../../test/builders/cluster-input.ts';
import { parseCluster } from './parse-cluster.ts';
import { renderSpec } from './render-cluster.ts';

const parse = (body: unknown) => parseCluster(body, NOON_MS);
/** Without the advice about small system pools, which most bodies here would get. */
const said = (body: unknown) =>
  parse(body)
    .findings.filter(({ code }) => code !== 'SYSTEM_POOL_BELOW_THREE')
    .map(({ code, path, status = 422 }) => `${status} ${code} ${path}`);

describe('a good cluster', () => {
  test('[A17] one system pool is the default; three nodes of it in production', () => {
    const { spec, findings, namesPools } = parse(aClusterInput());
    expect(findings.map(({ code }) => code)).toEqual(['SYSTEM_POOL_BELOW_THREE']);
    expect(spec).toEqual({
      tags: {},
      profile: { name: 'aks-base', version: '1.0.0' },
      packOverrides: {},
      cloud: { ...anAksCloud(), sshPublicKey: RSA_KEY },
      pools: [aPool({ size: 1, zones: [] })],
    });
    expect(namesPools).toBe(false);
    const production = parse(aClusterInput({ purpose: 'production' }));
    expect(production.spec?.pools).toEqual([aPool({ size: 3, zones: [] })]);
    expect(production.findings).toEqual([]);
  });

  test('everything that may be said is kept', () => {
    const pool = aPoolInput({
      size: undefined,
      autoscale: { min: 3, max: 5 },
      disk: { type: 'Premium_LRS', sizeGiB: 128 },
      zones: ['3', '1'],
      labels: { 'example.com/team': 'a' },
      taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
      drain: { timeout: 'PT5M', onBlocked: 'force' },
      capacity: 'on-demand',
      osType: 'Linux',
      publicIp: false,
    });
    const { spec, findings, namesPools } = parse(
      aClusterInput({
        description: 'the shop',
        tags: ['department:finance', 'url:http://x'],
        packOverrides: { prometheus: { retention: '7d' } },
        pools: [pool],
        schedules: { osPatching: { cron: '0 3 * * 6' }, backup: { cron: '0 2 * * *', retention: 'P7D' } },
      }),
    );
    expect(findings).toEqual([]);
    expect(namesPools).toBe(true);
    expect(spec).toMatchObject({
      description: 'the shop',
      tags: { department: 'finance', url: 'http://x' },
      packOverrides: { prometheus: { retention: '7d' } },
      schedules: { osPatching: { cron: '0 3 * * 6' }, backup: { cron: '0 2 * * *', retention: 'P7D' } },
    });
    expect(spec?.pools).toEqual([
      {
        name: 'system',
        role: 'worker',
        system: true,
        size: 3,
        autoscale: { min: 3, max: 5 },
        instanceType: 'Standard_D4s_v5',
        disk: { type: 'Premium_LRS', sizeGiB: 128 },
        zones: ['1', '3'],
        labels: { 'example.com/team': 'a' },
        taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
        drain: { timeoutMs: 300_000, onBlocked: 'force' },
      },
    ]);
  });

  test('a read can be sent back', () => {
    const spec = aSpec({
      description: 'd',
      tags: { a: 'b' },
      cloud: {
        ...anAksCloud(),
        sshPublicKey: RSA_KEY,
        placement: { mode: 'static', virtualNetwork: 'v', controlPlaneSubnet: 'c', workerSubnet: 'w' },
      },
      pools: [aPool(), aPool({ name: 'user', system: false, autoscale: { min: 0, max: 4 }, size: 0 })],
    });
    const again = parse({ name: aCluster().name, ...renderSpec(spec) });
    expect(again.spec).toEqual(spec);
  });
});

describe('many mistakes at once', () => {
  test('[A2] what the schema says and what the rules say come together, with what is left to judge on', () => {
    const body = aClusterInput({
      name: 'Shop',
      replicas: 3,
      description: 7,
      pools: [aPoolInput({ system: false, size: -1, colour: 'red' })],
    });
    expect(said(body)).toEqual([
      '422 TYPE_INVALID /description',
      '422 UNKNOWN_FIELD /replicas',
      '422 NAME_INVALID /name',
      '422 UNKNOWN_FIELD /pools/0/colour',
      '422 POOL_SIZE_INVALID /pools/0/size',
      '422 SYSTEM_POOL_REQUIRED /pools',
    ]);
    expect(parse(body).spec?.cloud.region).toBe('westeurope');
  });

  test('a private key is not repeated in the answer', () => {
    const pasted = '-----BEGIN RSA PRIVATE KEY-----\nMIIsecret\n-----END RSA PRIVATE KEY-----';
    expect(JSON.stringify(parse(withCloud({ sshPublicKey: pasted })))).not.toContain('MIIsecret');
  });
});

describe('[A148] advice about a lone system pool', () => {
  const advice = (body: unknown) =>
    parse(body).findings.find(({ code }) => code === 'SYSTEM_POOL_BELOW_THREE');
  test.each([
    ['production', true],
    [undefined, true],
    ['non-production', true],
  ])('fewer than three nodes, purpose %s', (purpose, warned) => {
    const found = advice(aClusterInput({ purpose, pools: [aPoolInput({ size: 2 })] }));
    expect(found?.severity).toBe(warned ? 'warning' : undefined);
  });

  test('only the words differ for what is not production', () => {
    const words = (purpose: string) =>
      advice(aClusterInput({ purpose, pools: [aPoolInput({ size: 2 })] }))?.message;
    expect(words('non-production')).toMatch(/that is fine for tests/);
    expect(words('production')).not.toMatch(/that is fine for tests/);
  });

  test('three nodes, or two system pools, need none', () => {
    expect(advice(aClusterInput({ pools: [aPoolInput({ size: 3 })] }))).toBeUndefined();
    const two = [aPoolInput({ size: 1 }), aPoolInput({ name: 'second', size: 1 })];
    expect(advice(aClusterInput({ pools: two }))).toBeUndefined();
  });
});

describe('whatever is sent', () => {
  /** Any JSON in the place of any field, so that each reader meets each type. */
  const fields = [
    ...[
      'name',
      'description',
      'tags',
      'purpose',
      'profile',
      'packOverrides',
      'cloud',
      'pools',
      'schedules',
    ].map((field) => (value: unknown) => aClusterInput({ [field]: value })),
    ...['type', 'account', 'region', 'subscriptionId', 'sshPublicKey', 'placement', 'storage', 'bastion'].map(
      (field) => (value: unknown) => withCloud({ [field]: value }),
    ),
    ...[
      'name',
      'role',
      'system',
      'size',
      'autoscale',
      'disk',
      'zones',
      'labels',
      'taints',
      'drain',
      'spot',
    ].map((field) => (value: unknown) => withPool({ [field]: value })),
    ...['osPatching', 'scans', 'backup'].map(
      (field) => (value: unknown) => withSchedules({ [field]: value }),
    ),
  ];

  test('nothing throws, and what has no findings can be sent back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 4 }), (place, value) => {
        const { spec, findings } = parse(place(value));
        if (findings.some(({ severity }) => severity === 'error')) return;
        if (!spec) throw new Error('neither a spec nor a reason');
        expect(parse({ name: 'shop', ...renderSpec(spec) }).spec).toEqual(spec);
      }),
      { numRuns: 2_000 },
    );
  });
});

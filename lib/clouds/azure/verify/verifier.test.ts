import { describe, expect, test } from '@jest/globals';
import { anAksCloud, aPool, aProfile, aSpec, NOON_MS } from '../../../../test/builders/cluster.ts';
import { aCatalog } from '../../../../test/fakes/fake-catalog.ts';
import { fail } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import { createAnswerCache } from '../../verify/ask.ts';
import type { AzureCatalog } from '../catalog.ts';
import { createVerifier } from './verifier.ts';

const ACCESS = {
  account: {
    project: 'default',
    name: 'azure-demo',
    type: 'azure',
    settings: { tenantId: 't', clientId: 'c' },
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
  },
  secret: new Secret('hunter2'),
} as const;
const request = { access: ACCESS, spec: aSpec(), profile: aProfile(), timeoutMs: 50 };
const never = new Promise<never>(() => {});

function verifier(answers: Partial<AzureCatalog> = {}) {
  const { catalog, asked } = aCatalog(answers);
  const clock = { nowMs: NOON_MS, now: () => clock.nowMs, monotonic: () => clock.nowMs };
  const cache = createAnswerCache(clock);
  return { ...createVerifier({ cache, catalog: () => catalog }), asked, clock };
}

const codes = (findings: readonly { readonly code: string; readonly path: string }[]) =>
  findings.map(({ code, path }) => `${code} ${path}`);

describe('verify', () => {
  test('a request that fits has no findings', async () => {
    expect(await verifier().verify(request)).toEqual([]);
  });

  test('what Azure does not answer in time is a warning that says what', async () => {
    const { verify } = verifier({ sizes: () => never });
    expect(await verify(request)).toEqual([
      {
        severity: 'warning',
        code: 'NOT_VERIFIED',
        path: '/pools',
        message: 'Azure did not answer in time, so instance types and zones could not be checked.',
      },
    ]);
  });

  test('a refused question is a warning, never an error', async () => {
    const refused = async () => fail({ code: 'Unauthorized', message: 'no', source: 's' } as const);
    const { verify } = verifier({ resourceGroup: refused, regions: refused });
    expect(codes(await verify(request))).toEqual([
      'NOT_VERIFIED /cloud/resourceGroup',
      'NOT_VERIFIED /cloud/region',
    ]);
  });

  test('answers are kept five minutes, failures are not', async () => {
    let tries = 0;
    const { verify, asked, clock } = verifier({
      regions: async () => {
        tries += 1;
        return fail({ code: 'Unavailable', message: 'x', source: 's' } as const);
      },
    });
    await verify(request);
    await verify(request);
    expect([asked.filter((name) => name === 'sizes').length, tries]).toEqual([1, 2]);
    clock.nowMs += 300_000;
    await verify(request);
    expect(asked.filter((name) => name === 'sizes')).toHaveLength(2);
  });

  test('another secret is another account', async () => {
    const { verify, asked } = verifier();
    await verify(request);
    await verify({ ...request, access: { ...ACCESS, secret: new Secret('rotated') } });
    expect(asked.filter((name) => name === 'sizes')).toHaveLength(2);
  });

  test('a change asks only about what it changes', async () => {
    const { verify, asked } = verifier();
    const before = aSpec();
    expect(await verify({ ...request, before, spec: { ...before, tags: { a: '1' } } })).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('a pool that runs is not judged again', async () => {
    const { verify } = verifier();
    const retired = aPool({ name: 'old', system: false, instanceType: 'Standard_NC12s_v3', zones: [] });
    const before = aSpec({ pools: [aPool(), retired] });
    const spec = aSpec({ pools: [aPool({ size: 4 }), retired] });
    expect(await verify({ ...request, before, spec })).toEqual([]);
    expect(codes(await verify({ ...request, spec }))).toEqual([
      'INSTANCE_TYPE_UNAVAILABLE /pools/1/instanceType',
    ]);
  });

  test('[A121, A122] Entra ID integration is asked about when the profile wants it', async () => {
    const { verify, asked } = verifier();
    const values = { managedControlPlane: { aadProfile: { managed: true, adminGroupObjectIDs: ['g'] } } };
    const findings = await verify({
      ...request,
      spec: aSpec({ packOverrides: { 'kubernetes-aks': values } }),
    });
    expect(codes(findings)).toEqual([
      'TENANT_NAME_REQUIRED_FOR_AAD /cloud/account',
      'GRAPH_PERMISSION_MISSING /cloud/account',
      'GRAPH_PERMISSION_MISSING /cloud/account',
    ]);
    expect(asked).toContain('graphRoles');
  });
});

describe('defaultZones', () => {
  const at = { cloud: anAksCloud(), instanceType: 'Standard_D4s_v5' };

  test('[A151] the zones of the size', async () => {
    expect(await verifier().defaultZones(ACCESS, at, 50)).toEqual(['1', '2', '3']);
  });
  test('unknown without an answer', async () => {
    expect(await verifier({ sizes: () => never }).defaultZones(ACCESS, at, 10)).toBeUndefined();
  });
});

import { expect, test } from '@jest/globals';
import { aControlPlane, anAwsCloud, anAwsPool, anAwsSpec } from '../../../test/builders/aws.ts';
import { STATIC } from '../../../test/builders/aws-input.ts';
import { aSpec } from '../../../test/builders/cluster.ts';
import type { AwsCloud } from '../../domain/cluster.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { roomFindings } from './vpc-range.ts';

const small = { vpcCidr: '10.9.0.0/24' };
const said = (cloud: Partial<AwsCloud>, ...pools: readonly Partial<PoolSpec>[]) =>
  roomFindings(
    anAwsSpec({ cloud: anAwsCloud(cloud), pools: [aControlPlane(), ...pools.map((one) => anAwsPool(one))] }),
    '/pools',
  ).map(({ code, path }) => `${code} ${path}`);

const full = ['CIDR_TOO_SMALL /pools'];

test.each<[string, Partial<AwsCloud>, readonly Partial<PoolSpec>[], readonly string[]]>([
  // 16 addresses less 5 of AWS are 11 machines; one of the control plane and 9 workers leave one for replacements.
  ['9 workers a zone in a /24', small, [{ size: 27 }], []],
  ['10 in one of the zones', small, [{ size: 28 }], full],
  [
    'two pools in one zone',
    small,
    [
      { size: 5, zones: ['eu-central-1a'] },
      { size: 5, zones: ['eu-central-1a'] },
    ],
    full,
  ],
  [
    'two pools in two zones',
    small,
    [
      { size: 5, zones: ['eu-central-1a'] },
      { size: 5, zones: ['eu-central-1b'] },
    ],
    [],
  ],
  ['zones that nobody knows', small, [{ size: 72, zones: [] }], []],
  ['more than all zones that could be', small, [{ size: 73, zones: [] }], full],
  ['a /23', { vpcCidr: '10.9.0.0/23' }, [{ size: 75 }], []],
  ['the range of nobody’s choice', {}, [{ size: 1000 }, { size: 1000 }], []],
  ['a network that exists', { placement: STATIC }, [{ size: 1000 }], []],
])('[A201] %s', (_title, cloud, pools, expected) => {
  expect(said(cloud, ...pools)).toEqual(expected);
});

test('[A201] the arithmetic is in the words', () => {
  const spec = anAwsSpec({ cloud: anAwsCloud(small), pools: [anAwsPool({ size: 40 })] });
  expect(roomFindings(spec, '/pools')[0]?.message).toBe(
    'A private subnet of 10.9.0.0/24 has room for 11 machines, and one of them is for replacements; ' +
      'these pools put 14 into one zone.',
  );
});

test('AKS makes its own network', () => {
  expect(roomFindings(aSpec(), '/pools')).toEqual([]);
});

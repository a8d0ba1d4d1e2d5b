import { describe, expect, test } from '@jest/globals';
import { brief, facts } from '../../../../test/builders/azure-facts.ts';
import { aPool } from '../../../../test/builders/cluster.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import { successorOf } from './retired-sizes.ts';
import { machineFindings, totalFindings } from './size-rules.ts';

describe('machines', () => {
  const check = (fields: Partial<PoolSpec>, region = 'westeurope', known = facts) =>
    brief(machineFindings([{ pool: aPool(fields), index: 1 }], region, known));

  test.each<[string, Partial<PoolSpec>, readonly string[]]>([
    ['[A143] a size that is offered', {}, []],
    ['[A155] the general-purpose example', { instanceType: 'Standard_D2_v2' }, []],
    ['[A143] case does not matter', { instanceType: 'standard_d4s_V5' }, []],
    [
      '[A143] no size at all',
      { instanceType: 'big', zones: [] },
      ['error INSTANCE_TYPE_INVALID /pools/1/instanceType'],
    ],
    [
      '[A48] not offered here',
      { instanceType: 'Standard_D96s_v9', zones: [] },
      ['error INSTANCE_TYPE_UNAVAILABLE /pools/1/instanceType'],
    ],
    [
      '[A155] retired',
      { instanceType: 'Standard_NC12s_v3', zones: [] },
      ['error INSTANCE_TYPE_UNAVAILABLE /pools/1/instanceType'],
    ],
    ['[A151] a zone of the size', { zones: ['2'] }, []],
    ['[A49] a zone that is none', { zones: ['1', '4'] }, ['error ZONE_INVALID /pools/1/zones']],
    [
      '[A144] premium disk on a size without',
      { instanceType: 'Standard_D2_v2', disk: { type: 'Premium_LRS', sizeGiB: 60 } },
      ['error DISK_TYPE_UNSUPPORTED_BY_SIZE /pools/1/disk/type'],
    ],
    [
      '[A144] AKS derives the disk from the size',
      { disk: { type: 'Standard_LRS', sizeGiB: 60 } },
      ['warning DISK_TYPE_BY_SIZE /pools/1/disk/type'],
    ],
    ['[A144] the disk that the size has', { disk: { type: 'Premium_LRS', sizeGiB: 60 } }, []],
  ])('%s', (_title, fields, expected) => {
    expect(check(fields)).toEqual(expected);
  });

  test('[A151] a region without zones', () => {
    expect(check({ zones: ['1'] }, 'westus')).toEqual(['error REGION_HAS_NO_ZONES /pools/1/zones']);
  });
  test('unanswered questions judge nothing', () => {
    expect(check({ instanceType: 'Standard_NC12s_v3', zones: ['9'] }, 'westeurope', {})).toEqual([]);
  });
  test('[A155] a retired size names its successor', () => {
    const [finding] = machineFindings(
      [{ pool: aPool({ instanceType: 'Standard_NC12s_v3', zones: [] }), index: 0 }],
      'westeurope',
      facts,
    );
    expect(finding?.hint).toBe('Its successor is Standard_NC4as_T4_v3.');
  });
  test.each([
    ['Standard_NC6', 'Standard_NC4as_T4_v3'],
    ['Standard_NC24rs_v3', 'Standard_NC4as_T4_v3'],
    ['Standard_ND12s', 'Standard_NC24ads_A100_v4'],
    ['Standard_NV12s_v2', 'Standard_NV6ads_A10_v5'],
    ['Standard_DS2_v2', 'Standard_D2s_v5'],
    ['Standard_A2_v2', 'Standard_B2s'],
    ['Standard_D4s_v5', undefined],
    ['Standard_NC4as_T4_v3', undefined],
  ])('[A155] %s is followed by %s', (size, successor) => {
    expect(successorOf(size)).toBe(successor);
  });
});

describe('totals', () => {
  test.each<[string, Partial<PoolSpec>, readonly string[]]>([
    ['[A149, A150] enough', { size: 1 }, []],
    [
      '[A149, A150] too little of both',
      { size: 1, instanceType: 'Standard_B1s' },
      [
        'All pools together have 1 vCPU; at least 2 are needed.',
        'All pools together have 1 GiB of memory; at least 4 GiB are needed.',
      ],
    ],
    [
      '[A150] enough cores, too little memory',
      { size: 3, instanceType: 'Standard_B1s' },
      ['All pools together have 3 GiB of memory; at least 4 GiB are needed.'],
    ],
    [
      '[A149] an autoscaled pool counts with its minimum',
      { size: 9, autoscale: { min: 0, max: 9 } },
      [
        'All pools together have 0 vCPU; at least 2 are needed.',
        'All pools together have 0 GiB of memory; at least 4 GiB are needed.',
      ],
    ],
    ['unknown sizes are not counted', { instanceType: 'Standard_X1' }, []],
  ])('%s', (_title, fields, messages) => {
    expect(totalFindings([aPool(fields)], facts).map(({ message }) => message)).toEqual(messages);
  });
});

/** What is said to the classic API of load balancing, and what its absence is taken for. */
import { describe, expect, test } from '@jest/globals';
import { anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { classicBalancersIn, removeClassicBalancer } from './classic.ts';

const described = (names: readonly string[], vpcId: string) =>
  names
    .map((name) => `<member><LoadBalancerName>${name}</LoadBalancerName><VPCId>${vpcId}</VPCId></member>`)
    .join('');
const page = (members: string, next = '') =>
  `<LoadBalancerDescriptions>${members}</LoadBalancerDescriptions><NextMarker>${next}</NextMarker>`;
const tagged = (names: readonly string[]) =>
  `<TagDescriptions>${names
    .map(
      (name) =>
        `<member><LoadBalancerName>${name}</LoadBalancerName><Tags><member><Key>of</Key><Value>${name}</Value></member></Tags></member>`,
    )
    .join('')}</TagDescriptions>`;

const many = Array.from({ length: 21 }, (_, index) => `a${index}`);

describe('finding', () => {
  test('page by page, in one network, with tags of twenty at a time', async () => {
    const { session, sent } = anAwsWire({
      DescribeLoadBalancers: [
        page(described(many, 'vpc-1') + described(['theirs'], 'vpc-2'), 'more'),
        page(described(['last'], 'vpc-1')),
      ],
      DescribeTags: [tagged(many.slice(0, 20)), tagged(['a20', 'last'])],
    });
    expect(await classicBalancersIn(session.classicBalancing, 'vpc-1')).toEqual({
      ok: true,
      value: [...many, 'last'].map((name) => ({ name, tags: { of: name } })),
    });
    expect(sent.slice(0, 2)).toEqual([
      { operation: 'DescribeLoadBalancers' },
      { operation: 'DescribeLoadBalancers', Marker: 'more' },
    ]);
    expect(sent[3]).toEqual({
      operation: 'DescribeTags',
      'LoadBalancerNames.member.1': 'a20',
      'LoadBalancerNames.member.2': 'last',
    });
    expect(sent).toHaveLength(4);
  });

  test('none: no question about tags', async () => {
    const { session, sent } = anAwsWire({ DescribeLoadBalancers: [page('')] });
    expect(await classicBalancersIn(session.classicBalancing, 'vpc-1')).toEqual({ ok: true, value: [] });
    expect(sent).toHaveLength(1);
  });

  test.each([{ code: 'InvalidAction' }, { code: 'NoSuchVersion' }, { code: 'InternalFailure', status: 501 }])(
    'an emulator without this API has none: %j',
    async (refusal) => {
      const { session } = anAwsWire({ DescribeLoadBalancers: [refusal] });
      expect(await classicBalancersIn(session.classicBalancing, 'vpc-1')).toEqual({ ok: true, value: [] });
    },
  );

  test.each([
    [{ code: 'InternalFailure', status: 500 }, 'Unavailable'],
    [{ code: 'AccessDenied', status: 403 }, 'Unauthorized'],
    [{ code: 'Throttling' }, 'Throttled'],
  ])('any other refusal is one: %j', async (refusal, code) => {
    const { session } = anAwsWire({ DescribeLoadBalancers: [refusal] });
    expect(await classicBalancersIn(session.classicBalancing, 'vpc-1')).toMatchObject({
      ok: false,
      error: { code },
    });
  });
});

describe('removing', () => {
  test('by name', async () => {
    const { session, sent } = anAwsWire();
    expect(await removeClassicBalancer(session.classicBalancing, 'a1')).toEqual({ ok: true });
    expect(sent).toEqual([{ operation: 'DeleteLoadBalancer', LoadBalancerName: 'a1' }]);
  });

  test('what is gone is removed', async () => {
    const { session } = anAwsWire({ DeleteLoadBalancer: [{ code: 'LoadBalancerNotFound' }] });
    expect(await removeClassicBalancer(session.classicBalancing, 'a1')).toEqual({ ok: true });
  });
});

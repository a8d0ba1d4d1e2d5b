import { describe, expect, test } from '@jest/globals';
import { anAwsCloud, anAwsSpec } from '../../../../test/builders/aws.ts';
import { aCluster } from '../../../../test/builders/cluster.ts';
import { viewOf } from '../../../reconcile/view.ts';
import type { NetworkSeen } from '../catalog/port.ts';
import type { VpcSeen } from '../network/port.ts';
import { planVpc, type VpcDesired, type VpcObserved, vpcStep } from './vpc.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const desired: VpcDesired = {
  uid: 'u1',
  name: 'shop-111111-vpc',
  deleting: false,
  speed: 1,
  cidr: '10.0.0.0/16',
  tags: {},
  asked: { ids: [] },
};
const recorded = { recorded: 'vpc-2', since: ago(600) };
const vpc = (id: string, state = 'available'): VpcSeen => ({ id, state, cidrs: ['10.0.0.0/16'], tags: {} });
const network = (id: string, fields: Partial<NetworkSeen> = {}): NetworkSeen => ({
  id,
  cidrs: ['10.0.0.0/16'],
  dnsSupport: true,
  dnsHostnames: true,
  ...fields,
});
const seen = (fields: Partial<VpcObserved> = {}): VpcObserved => ({ atMs: NOON_MS, own: [], ...fields });
const here = (fields: Partial<NetworkSeen> = {}) =>
  seen({ own: [vpc('vpc-2')], kept: network('vpc-2', fields) });

interface Row {
  readonly title: string;
  readonly desired?: Partial<VpcDesired>;
  readonly observed: VpcObserved;
  readonly plan: object;
}

const present: readonly Row[] = [
  {
    title: 'absent: created under a claim',
    observed: seen(),
    plan: { next: 'act', action: { kind: 'create' }, claim: 'vpc', reason: 'CreatingVpc' },
  },
  {
    title: 'made a moment ago and not listed: waited for',
    desired: { recorded: 'vpc-2', since: ago(59) },
    observed: seen(),
    plan: { next: 'wait', forMs: 3000, reason: 'CreatingVpc' },
  },
  {
    title: 'made a minute ago and not listed: gone',
    desired: { recorded: 'vpc-2', since: ago(60) },
    observed: seen(),
    plan: { next: 'act', action: { kind: 'create' }, claim: 'vpc' },
  },
  {
    title: 'sped-up time counts as cloud time',
    desired: { recorded: 'vpc-2', since: ago(6), speed: 10 },
    observed: seen(),
    plan: { next: 'act', action: { kind: 'create' } },
  },
  {
    title: 'listed, but unknown by its id: never a second one',
    observed: seen({ own: [vpc('vpc-2')] }),
    plan: { next: 'wait', forMs: 3000, reason: 'CreatingVpc' },
  },
  {
    title: 'pending',
    observed: seen({ own: [vpc('vpc-2', 'pending')], kept: network('vpc-2') }),
    plan: { next: 'wait', forMs: 3000, reason: 'CreatingVpc' },
  },
  {
    title: 'twins: the others go first',
    desired: recorded,
    observed: seen({ own: [vpc('vpc-1'), vpc('vpc-2')], kept: network('vpc-2') }),
    plan: { next: 'act', action: { kind: 'delete', ids: ['vpc-1'] }, reason: 'RemovingTwin' },
  },
  {
    title: 'a twin that was asked to go lingers in lists',
    desired: { ...recorded, asked: { ids: ['vpc-1'], at: ago(5) } },
    observed: seen({ own: [vpc('vpc-1'), vpc('vpc-2')], kept: network('vpc-2') }),
    plan: { next: 'done', reason: 'VpcReady' },
  },
  {
    title: 'tags of a young VPC may hide',
    desired: { ...recorded, since: ago(3) },
    observed: seen({ kept: network('vpc-2') }),
    plan: { next: 'wait', forMs: 3000 },
  },
  {
    title: 'tags that somebody took come back',
    desired: recorded,
    observed: seen({ kept: network('vpc-2') }),
    plan: { next: 'act', action: { kind: 'tag', id: 'vpc-2' }, reason: 'ConfiguringVpc' },
  },
  {
    title: 'only the attribute that differs is written',
    desired: recorded,
    observed: here({ dnsHostnames: false }),
    plan: { next: 'act', action: { kind: 'dns', id: 'vpc-2', attributes: ['enableDnsHostnames'] } },
  },
  {
    title: 'both attributes',
    desired: recorded,
    observed: here({ dnsHostnames: false, dnsSupport: false }),
    plan: { next: 'act', action: { attributes: ['enableDnsSupport', 'enableDnsHostnames'] } },
  },
  { title: 'as wanted', desired: recorded, observed: here(), plan: { next: 'done', reason: 'VpcReady' } },
];

const removal: readonly Row[] = [
  {
    title: 'all of ours go, twins included',
    desired: recorded,
    observed: seen({ own: [vpc('vpc-1'), vpc('vpc-2')] }),
    plan: { next: 'act', action: { kind: 'delete', ids: ['vpc-1', 'vpc-2'] }, reason: 'DeletingVpc' },
  },
  {
    title: 'never made',
    observed: seen(),
    plan: { next: 'done', reason: 'NetworkGone' },
  },
  {
    title: 'made a moment ago and not listed yet: it will show up',
    desired: { recorded: 'vpc-2', since: ago(10) },
    observed: seen(),
    plan: { next: 'wait', forMs: 3000, reason: 'DeletingVpc' },
  },
  {
    title: 'deleted and still listed',
    desired: { ...recorded, asked: { ids: ['vpc-2'], at: ago(2) } },
    observed: seen({ own: [vpc('vpc-2')] }),
    plan: { next: 'wait', forMs: 3000, reason: 'DeletingVpc' },
  },
  {
    title: 'deleted a minute ago and still listed: deleted again',
    desired: { ...recorded, asked: { ids: ['vpc-2'], at: ago(60) } },
    observed: seen({ own: [vpc('vpc-2')] }),
    plan: { next: 'act', action: { kind: 'delete', ids: ['vpc-2'] } },
  },
  {
    title: 'made and deleted a moment ago',
    desired: { recorded: 'vpc-2', since: ago(10), asked: { ids: ['vpc-2'], at: ago(2) } },
    observed: seen(),
    plan: { next: 'done', reason: 'NetworkGone' },
  },
];

describe('a VPC of our own', () => {
  test.each(present)('$title', ({ desired: fields, observed, plan }) => {
    expect(planVpc({ ...desired, ...fields }, observed, NOON_MS)).toMatchObject(plan);
  });
  test.each(removal)('deleting: $title', ({ desired: fields, observed, plan }) => {
    expect(planVpc({ ...desired, deleting: true, ...fields }, observed, NOON_MS)).toMatchObject(plan);
  });

  test('what is asked for', () => {
    const view = viewOf(
      aCluster({
        spec: anAwsSpec({ cloud: anAwsCloud({ vpcCidr: '172.20.0.0/16' }), tags: { team: 'web' } }),
      }),
    );
    expect(vpcStep({ speed: 1 }).desired(view)).toMatchObject({
      name: 'shop-111111-vpc',
      cidr: '172.20.0.0/16',
      tags: {
        team: 'web',
        Name: 'shop-111111-vpc',
        'slipway:cluster-uid': view.id,
        'slipway:cluster': 'shop',
        'slipway:role': 'vpc',
        'kubernetes.io/cluster/shop-111111': 'owned',
      },
    });
  });
});

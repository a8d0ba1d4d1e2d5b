import { describe, expect, test } from '@jest/globals';
import { anAwsCloud, anAwsSpec } from '../../../../test/builders/aws.ts';
import { aCluster } from '../../../../test/builders/cluster.ts';
import { viewOf } from '../../../reconcile/view.ts';
import type { GatewaySeen } from '../network/port.ts';
import { type GatewayDesired, gatewayStep, planGateway } from './internet-gateway.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const desired: GatewayDesired = {
  uid: 'u1',
  name: 'shop-111111-igw',
  deleting: false,
  speed: 1,
  vpcId: 'vpc-1',
  tags: {},
  recorded: { ids: {} },
  asked: { ids: [] },
};
const recorded = (id: string, seconds = 600) => ({ recorded: { ids: { gateway: id }, since: ago(seconds) } });
const gateway = (id: string, attachments: GatewaySeen['attachments'] = []): GatewaySeen => ({
  id,
  attachments,
  tags: {},
});
const to = (vpcId: string, state = 'available') => [{ vpcId, state }];

type Row = readonly [string, Partial<GatewayDesired>, readonly GatewaySeen[], object];

const present: readonly Row[] = [
  ['absent: created under a claim', {}, [], { next: 'act', action: { kind: 'create' }, claim: 'gateway' }],
  ['hides', recorded('igw-1', 10), [], { next: 'wait', forMs: 3000, reason: 'CreatingInternetGateway' }],
  ['is gone', recorded('igw-1'), [], { next: 'act', action: { kind: 'create' } }],
  [
    'made and never attached',
    {},
    [gateway('igw-1')],
    { next: 'act', action: { kind: 'attach', id: 'igw-1' } },
  ],
  [
    'attached to a VPC that was',
    {},
    [gateway('igw-1', to('vpc-0'))],
    { next: 'act', action: { kind: 'attach' } },
  ],
  [
    'attaching',
    {},
    [gateway('igw-1', to('vpc-1', 'attaching'))],
    { next: 'wait', forMs: 3000, reason: 'AttachingInternetGateway' },
  ],
  [
    'attached, as EC2 says it',
    {},
    [gateway('igw-1', to('vpc-1'))],
    { next: 'done', reason: 'InternetGatewayReady' },
  ],
  ['attached, as it is documented', {}, [gateway('igw-1', to('vpc-1', 'attached'))], { next: 'done' }],
  [
    'twins: the attached one stays',
    {},
    [gateway('igw-1'), gateway('igw-2', to('vpc-1'))],
    { next: 'act', action: { kind: 'delete', ids: ['igw-1'] }, reason: 'RemovingTwin' },
  ],
  [
    'twins: the recorded one is attached',
    recorded('igw-2'),
    [gateway('igw-1'), gateway('igw-2')],
    { action: { id: 'igw-2' } },
  ],
  [
    'twins: else the lowest id',
    {},
    [gateway('igw-2'), gateway('igw-1')],
    { action: { kind: 'attach', id: 'igw-1' } },
  ],
];
const removal: readonly Row[] = [
  [
    'attached: detached first',
    {},
    [gateway('igw-1', to('vpc-1')), gateway('igw-2')],
    { next: 'act', action: { kind: 'detach', attachments: [{ id: 'igw-1', vpcId: 'vpc-1' }] } },
  ],
  [
    'detached: deleted',
    {},
    [gateway('igw-1'), gateway('igw-2')],
    { action: { kind: 'delete', ids: ['igw-1', 'igw-2'] } },
  ],
  ['never made', {}, [], { next: 'done', reason: 'NetworkGone' }],
  ['hides', recorded('igw-1', 10), [], { next: 'wait', forMs: 3000, reason: 'DeletingInternetGateway' }],
  ['lingers', { asked: { ids: ['igw-1'], at: ago(2) } }, [gateway('igw-1')], { next: 'wait', forMs: 3000 }],
];

describe('the Internet gateway', () => {
  test.each(present)('%s', (_title, fields, gateways, plan) => {
    expect(planGateway({ ...desired, ...fields }, { atMs: NOON_MS, gateways }, NOON_MS)).toMatchObject(plan);
  });
  test.each(removal)('deleting: %s', (_title, fields, gateways, plan) => {
    const wish = { ...desired, deleting: true, ...fields };
    expect(planGateway(wish, { atMs: NOON_MS, gateways }, NOON_MS)).toMatchObject(plan);
  });

  test('one that is found is recorded once and closes the claim', () => {
    const step = gatewayStep({ speed: 1 });
    const observed = { atMs: NOON_MS, gateways: [gateway('igw-1')] };
    expect(step.read?.(desired, observed)).toMatchObject({
      outputs: { gateways: { gateway: 'igw-1' }, since: ago(0) },
      found: ['gateway'],
    });
    expect(step.read?.({ ...desired, ...recorded('igw-1') }, observed).outputs).toEqual({});
  });

  test('[A228] none in a VPC that exists', () => {
    const placement = {
      mode: 'static',
      vpcId: 'vpc-1',
      controlPlaneSubnetIds: [],
      workerSubnetIds: [],
    } as const;
    const view = viewOf(aCluster({ spec: anAwsSpec({ cloud: anAwsCloud({ placement }) }) }));
    expect(gatewayStep({ speed: 1 }).desired(view)).toBeUndefined();
  });
});

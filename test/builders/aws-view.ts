/** An EC2 cluster as its steps see it, with what earlier steps have recorded. */
import type { ClusterDocument, ClusterSpec, ClusterView, JsonObject } from '../../lib/domain/cluster.ts';
import { viewOf } from '../../lib/reconcile/view.ts';
import { anAwsSpec, ZONES } from './aws.ts';
import { anAwsProfile } from './aws-input.ts';
import { aCluster } from './cluster.ts';

const [A, B, C] = ZONES;

/** What the steps before the machines leave. */
export const RECORDED = {
  'aws/vpc': { vpcId: 'vpc-1', cidrs: ['10.0.0.0/16'] },
  'aws/subnets': {
    public: { [A]: 'subnet-pa', [B]: 'subnet-pb', [C]: 'subnet-pc' },
    private: { [A]: 'subnet-a', [B]: 'subnet-b', [C]: 'subnet-c' },
  },
  'aws/image': {
    imageId: 'ami-1',
    architecture: 'x86_64',
    rootDevice: '/dev/sda1',
    snapshotGiB: 8,
    signature: 's',
  },
  'aws/security-groups': {
    bastion: 'sg-bastion',
    controlplane: 'sg-controlplane',
    node: 'sg-node',
    'apiserver-lb': 'sg-api',
    lb: 'sg-lb',
  },
  'aws/load-balancer': { arn: 'arn:lb', dnsName: 'shop.elb.test', targetGroupArn: 'arn:tg' },
} as const satisfies Readonly<Record<string, JsonObject>>;

export interface ViewFields {
  /** By step; what the steps before the machines leave, when absent. */
  readonly outputs?: Readonly<Record<string, JsonObject>>;
  readonly spec?: Partial<ClusterSpec>;
  readonly deleting?: boolean;
  readonly profile?: ClusterDocument['profile'];
}

export function anAwsView({ outputs = RECORDED, spec, deleting, profile }: ViewFields = {}): ClusterView {
  const steps = Object.fromEntries(
    Object.entries(outputs).map(([name, recorded]) => [name, { ...RECORD, outputs: recorded }]),
  );
  return viewOf(
    aCluster({
      spec: anAwsSpec(spec),
      profile: profile ?? anAwsProfile(),
      steps,
      ...(deleting ? { deletedAt: RECORD.changedAt } : {}),
    }),
  );
}

const RECORD = {
  title: '',
  phase: 'done',
  condition: 'CreatingInfrastructure',
  reason: '',
  message: '',
  attempts: 0,
  changedAt: '2026-11-20T12:00:00.000Z',
} as const;

/**
 * What the steps around the machines have recorded, for the steps and machines that build on them; network/outputs.ts
 * does the same for the network.
 */
import type { ClusterView } from '../../domain/cluster.ts';
import { textOf } from './network/outputs.ts';

export const IMAGE_STEP = 'aws/image';
export const GROUPS_STEP = 'aws/security-groups';
export const BALANCER_STEP = 'aws/load-balancer';
export const PROFILES_STEP = 'aws/instance-profiles';
export const BASTION_STEP = 'aws/bastion';
export const EVENTS_STEP = 'aws/events';
export const LEAVINGS_STEP = 'aws/leavings';
export const TAGS_STEP = 'aws/tags';

type Outputs = Pick<ClusterView, 'outputs'>;

export interface RecordedImage {
  readonly id: string;
  readonly architecture: string;
  readonly rootDevice: string;
  readonly snapshotGiB: number;
  /** Of the packs that it was resolved for. */
  readonly signature: string;
}

export function imageOf(view: Outputs): RecordedImage | undefined {
  const { imageId, architecture, rootDevice, snapshotGiB, signature } = view.outputs(IMAGE_STEP);
  const id = textOf(imageId);
  if (id === undefined) return undefined;
  return {
    id,
    architecture: textOf(architecture) ?? '',
    rootDevice: textOf(rootDevice) ?? '/dev/sda1',
    snapshotGiB: typeof snapshotGiB === 'number' ? snapshotGiB : 0,
    signature: textOf(signature) ?? '',
  };
}

export const GROUP_ROLES = ['bastion', 'controlplane', 'node', 'apiserver-lb', 'lb'] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];
export type GroupIds = Readonly<Partial<Record<GroupRole, string>>>;

/** Ids of the security groups that are recorded by now. */
export function groupsOf(view: Outputs): GroupIds {
  const outputs = view.outputs(GROUPS_STEP);
  return Object.fromEntries(
    GROUP_ROLES.flatMap((role) => {
      const id = textOf(outputs[role]);
      return id === undefined ? [] : [[role, id]];
    }),
  );
}

export interface RecordedBalancer {
  readonly arn?: string;
  /** Never another one once it is recorded: certificates and kubelets carry it. */
  readonly dnsName?: string;
  readonly targetGroupArn?: string;
}

export function balancerOf(view: Outputs): RecordedBalancer {
  const { arn, dnsName, targetGroupArn } = view.outputs(BALANCER_STEP);
  return {
    ...(typeof arn === 'string' ? { arn } : {}),
    ...(typeof dnsName === 'string' ? { dnsName } : {}),
    ...(typeof targetGroupArn === 'string' ? { targetGroupArn } : {}),
  };
}

/** What EC2 says of a cluster's machines, purely: when they can be started, from what, and what makes one outdated. */
import { z } from 'zod';
import type { ClusterView, JsonObject } from '../../../domain/cluster.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import { POD_CIDR, SERVICE_CIDR } from '../../../domain/ranges.ts';
import type { MachineCloud } from '../../../machines/port.ts';
import { awsConfig } from '../aws-config.ts';
import { API_PORT } from '../balancing/port.ts';
import { contentHash } from '../content-hash.ts';
import { packSignature } from '../images/wanted-image.ts';
import { instanceProfileName } from '../names.ts';
import { ROUTES_STEP, subnetsOf } from '../network/outputs.ts';
import {
  BALANCER_STEP,
  balancerOf,
  GROUPS_STEP,
  type GroupRole,
  groupsOf,
  IMAGE_STEP,
  imageOf,
  LEAVINGS_STEP,
  PROFILES_STEP,
} from '../outputs.ts';

/** What a launch takes from the cluster. Stored nowhere: it is worked out anew for each launch. */
const Template = z.object({
  imageId: z.string(),
  keyName: z.string(),
  instanceType: z.string(),
  root: z.object({ device: z.string(), type: z.string(), sizeGiB: z.number() }),
  /** By zone. */
  subnets: z.record(z.string(), z.string()),
  groupIds: z.array(z.string()),
  profile: z.string(),
  role: z.enum(['controlplane', 'node']),
  hopLimit: z.number(),
});
export type MachineTemplate = z.output<typeof Template>;

/** Throws for a template that is not ours: broken wiring. */
export const readTemplate = (template: JsonObject): MachineTemplate => Template.parse(template);

const DEFAULT_DISK = 'gp3';
/** Kubernetes' controllers run in the host's network; pods of workers are one hop further away. */
const HOPS = { controlplane: 1, node: 2 } as const;

export const awsMachineCloud: MachineCloud = {
  after: [IMAGE_STEP, ROUTES_STEP, GROUPS_STEP, BALANCER_STEP, PROFILES_STEP, LEAVINGS_STEP],
  podCidr: POD_CIDR,
  serviceCidr: SERVICE_CIDR,
  template: templateOf,
  revision: (view, { instanceType, disk }) =>
    contentHash({
      instanceType,
      disk: { type: disk.type ?? DEFAULT_DISK, sizeGiB: disk.sizeGiB },
      packs: packSignature(view),
    }),
  endpoint(view) {
    const { dnsName } = balancerOf(view);
    return dnsName === undefined ? undefined : `${dnsName}:${API_PORT}`;
  },
};

/** Control-plane machines are nodes too; all carry the group that Kubernetes' own controller writes its rules to. */
const GROUPS = {
  controlplane: ['node', 'controlplane', 'lb'],
  node: ['node', 'lb'],
} as const satisfies Record<MachineTemplate['role'], readonly GroupRole[]>;

function templateOf(view: ClusterView, pool: PoolSpec): JsonObject | undefined {
  const role = pool.role === 'control-plane' ? 'controlplane' : 'node';
  const image = imageOf(view);
  const groups = groupsOf(view);
  const groupIds = GROUPS[role].flatMap((group) => groups[group] ?? []);
  const { controlPlane, private: workers } = subnetsOf(view);
  const subnets = role === 'controlplane' ? controlPlane : workers;
  if (!image || groupIds.length < GROUPS[role].length || Object.keys(subnets).length === 0) return undefined;
  return {
    imageId: image.id,
    keyName: awsConfig(view.spec).sshKeyPair,
    instanceType: pool.instanceType,
    root: {
      device: image.rootDevice,
      type: pool.disk.type ?? DEFAULT_DISK,
      sizeGiB: Math.max(pool.disk.sizeGiB, image.snapshotGiB),
    },
    subnets: { ...subnets },
    groupIds,
    profile: instanceProfileName(view, role),
    role,
    hopLimit: HOPS[role],
  } satisfies MachineTemplate;
}

/**
 * The packs that Slipway knows by name: the clouds that they are made for, and the values that they take (A5, A10). What
 * people may write there is in docs/packs.md. Values of other packs are kept as they are: whoever installs those packs
 * judges them.
 */
import { z } from 'zod';
import type { CloudType } from '../domain/cluster.ts';
import { veleroValues } from './velero-values.ts';

const ONLY_VXLAN =
  'backend is vxlan: other backends need machines of one subnet, and ports between them that are closed.';

/**
 * `mtu`: bytes of the packets between machines; pods get 50 less, which is what VXLAN takes. EC2 carries 9001 inside
 * a VPC: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html
 */
export const FlannelValues = z.strictObject({
  backend: z.literal('vxlan', { error: ONLY_VXLAN }).default('vxlan'),
  mtu: z.int().min(1280).max(9001).exactOptional(),
});
export type FlannelValues = z.output<typeof FlannelValues>;

/**
 * What the cluster's storage class asks of EBS. `iopsPerGiB`: I/O operations per second and GiB, rounded into what the
 * volume type offers: kubernetes-sigs/aws-ebs-csi-driver, docs/parameters.md.
 */
export const EbsValues = z
  .strictObject({
    defaultStorageClass: z.boolean().default(true),
    volumeType: z.enum(['gp3', 'gp2', 'io2']).default('gp3'),
    iopsPerGiB: z.int().min(1).max(500).exactOptional(),
    encrypted: z.boolean().default(true),
    fsType: z.enum(['ext4', 'xfs']).default('ext4'),
    reclaimPolicy: z.enum(['Delete', 'Retain']).default('Delete'),
  })
  .superRefine(({ volumeType, iopsPerGiB }, { addIssue }) => {
    const path = ['iopsPerGiB'];
    if (volumeType === 'io2' && iopsPerGiB === undefined)
      addIssue({ code: 'custom', path, message: 'Volumes of type io2 need iopsPerGiB.' });
    if (volumeType === 'gp2' && iopsPerGiB !== undefined)
      addIssue({ code: 'custom', path, message: 'Volumes of type gp2 have no iopsPerGiB.' });
  });
export type EbsValues = z.output<typeof EbsValues>;

/** Everything about it follows from the cluster. */
const NoValues = z.strictObject({});

export interface KnownPack {
  readonly clouds: readonly CloudType[];
  /** For a cluster of that cloud. Absent: judged elsewhere, or by nobody. */
  readonly values?: (cloud: CloudType) => z.ZodType;
}

const PACKS: Readonly<Record<string, KnownPack>> = {
  'kubernetes-aks': { clouds: ['aks'] },
  'cni-azure': { clouds: ['aks', 'azure'] },
  'csi-azure-disk': { clouds: ['aks', 'azure'] },
  'cni-flannel': { clouds: ['azure', 'aws'], values: () => FlannelValues },
  'csi-aws-ebs': { clouds: ['aws'], values: () => EbsValues },
  'cloud-controller-aws': { clouds: ['aws'], values: () => NoValues },
  velero: { clouds: ['aks', 'azure', 'aws'], values: veleroValues },
};

export function knownPack(name: string): KnownPack | undefined {
  return Object.hasOwn(PACKS, name) ? PACKS[name] : undefined;
}

/** What the bastion is started from: the smallest instance that runs the cluster's image, in a public subnet. Pure. */
import type { ClusterView } from '../../../domain/cluster.ts';
import { awsConfig } from '../aws-config.ts';
import type { InstanceOrder } from '../machines/port.ts';
import { clientToken, keyOf } from '../names.ts';
import { type ByZone, subnetsOf } from '../network/outputs.ts';
import { groupsOf, imageOf } from '../outputs.ts';
import { ATTEMPT_TAG, SPEC_TAG, tagsFor } from '../tags.ts';

/** Its root disk holds nothing but the system. */
const DISK_GIB = 10;

/** Another one needs another bastion: what it installs is decided when it starts. */
export type BastionRevision = 'ssh' | 'rdp';

export const bastionName = (view: ClusterView): string => `${keyOf(view)}-bastion`;

export function bastionRevision(view: ClusterView): BastionRevision {
  return awsConfig(view.spec).bastion.rdp ? 'rdp' : 'ssh';
}

/** A desktop is not in server images. JSON is YAML, which is what cloud-init reads. */
const DESKTOP = `#cloud-config\n${JSON.stringify({ package_update: true, packages: ['xfce4', 'xrdp'] })}\n`;

/** Everything about the bastion but which attempt it is and where. */
export interface BastionDraft {
  readonly cluster: Pick<ClusterView, 'id' | 'name'>;
  /** Public ones, by zone. */
  readonly subnets: ByZone;
  readonly order: Omit<InstanceOrder, 'token' | 'subnetId'>;
}

/** `undefined` while what it leans on is not there. */
export function bastionDraft(view: ClusterView): BastionDraft | undefined {
  const image = imageOf(view);
  const groupId = groupsOf(view).bastion;
  if (!image || groupId === undefined) return undefined;
  const revision = bastionRevision(view);
  return {
    cluster: { id: view.id, name: view.name },
    subnets: subnetsOf(view).public,
    order: {
      imageId: image.id,
      instanceType: image.architecture === 'arm64' ? 't4g.micro' : 't3.micro',
      keyName: awsConfig(view.spec).sshKeyPair,
      groupIds: [groupId],
      publicIp: true,
      root: { device: image.rootDevice, type: 'gp3', sizeGiB: Math.max(DISK_GIB, image.snapshotGiB) },
      hopLimit: 1,
      ...(revision === 'rdp' ? { userData: DESKTOP } : {}),
      tags: tagsFor(view, 'bastion', bastionName(view), { [SPEC_TAG]: revision }),
    },
  };
}

/** One per zone, in the order in which they are tried. */
export function bastionOrders(
  { cluster, subnets, order }: BastionDraft,
  attempt: number,
): readonly InstanceOrder[] {
  const zones = Object.entries(subnets).sort(([a], [b]) => (a < b ? -1 : 1));
  return zones.map(([zone, subnetId]) => ({
    ...order,
    token: clientToken(cluster, 'bastion', attempt, zone),
    subnetId,
    tags: { ...order.tags, [ATTEMPT_TAG]: String(attempt) },
  }));
}

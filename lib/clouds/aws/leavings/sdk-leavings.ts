/**
 * LeavingsPort over EC2, ELBv2 and classic load balancing. What Kubernetes makes carries the cluster's own tag as
 * `owned`, whatever the API.
 */
import {
  DeleteNetworkInterfaceCommand,
  DeleteVolumeCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import { ok, type Result } from '../../../domain/errors.ts';
import { classicBalancersIn, removeClassicBalancer } from '../balancing/classic.ts';
import { balancersIn, targetGroupsIn } from '../balancing/tagged.ts';
import { collect } from '../collect.ts';
import { settle } from '../errors.ts';
import { ownedBy, unlessAbsent } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { kubernetesTag, tagMap, UID_TAG } from '../tags.ts';
import type { Attachable, Leaving, Leavings, LeavingsPlace, LeavingsPort } from './port.ts';

const OWNED = 'owned';
const NOTHING: Leavings = { balancers: [], targetGroups: [], groups: [], volumes: [], interfaces: [] };

type Session = Pick<AwsSession, 'ec2' | 'balancing' | 'classicBalancing'>;

export function openLeavings(session: Session): LeavingsPort {
  const { ec2 } = session;
  return {
    find: (place) => find(session, place),
    disksOf: (uid) => volumesOf(ec2, ownedBy(uid)),
    removeClassicBalancer: (name) => removeClassicBalancer(session.classicBalancing, name),
    async removeVolume(id) {
      const command = new DeleteVolumeCommand({ VolumeId: id });
      return unlessAbsent(await settle('ec2.deleteVolume', () => ec2.send(command)));
    },
    async removeInterface(id) {
      const command = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id });
      return unlessAbsent(await settle('ec2.deleteNetworkInterface', () => ec2.send(command)));
    },
  };
}

async function find(session: Session, { cluster, vpcId }: LeavingsPlace): Promise<Result<Leavings>> {
  if (vpcId === undefined) return ok(NOTHING);
  const { ec2, balancing, classicBalancing } = session;
  const tag = kubernetesTag(cluster);
  const byTag = { Name: `tag:${tag}`, Values: [OWNED] };
  const isOurs = (tags: Readonly<Record<string, string>>): boolean => tags[tag] === OWNED;
  const [balancers, classic, targetGroups, groups, volumes, interfaces] = await Promise.all([
    balancersIn(balancing, vpcId),
    classicBalancersIn(classicBalancing, vpcId),
    targetGroupsIn(balancing, vpcId),
    groupsOf(ec2, [byTag, { Name: 'vpc-id', Values: [vpcId] }]),
    volumesOf(ec2, [byTag]),
    interfacesOf(ec2, ownedBy(cluster.id)),
  ]);
  if (!balancers.ok) return balancers;
  if (!classic.ok) return classic;
  if (!targetGroups.ok) return targetGroups;
  if (!groups.ok) return groups;
  if (!volumes.ok) return volumes;
  if (!interfaces.ok) return interfaces;
  return ok({
    balancers: [
      ...balancers.value.filter(({ tags }) => isOurs(tags)).map(leavingOf),
      ...classic.value
        .filter(({ tags }) => isOurs(tags))
        .map(({ name }) => ({ id: name, name, isClassic: true as const })),
    ],
    targetGroups: targetGroups.value.filter(({ tags }) => isOurs(tags)).map(leavingOf),
    groups: groups.value,
    volumes: volumes.value,
    interfaces: interfaces.value,
  });
}

const leavingOf = ({ arn, name }: { readonly arn: string; readonly name: string }): Leaving => ({
  id: arn,
  name,
});

/** The group that is ours carries Kubernetes' tag, too, and our own. */
async function groupsOf(ec2: EC2Client, Filters: Filter[]): Promise<Result<readonly Leaving[]>> {
  const seen = await collect('ec2.describeSecurityGroups', async (NextToken) => {
    const page = await ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken }));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  if (!seen.ok) return seen;
  const others = seen.value.filter(({ Tags }) => tagMap(Tags)[UID_TAG] === undefined);
  return ok(others.map(({ GroupId = '', GroupName = '' }) => ({ id: GroupId, name: GroupName })));
}

async function volumesOf(ec2: EC2Client, Filters: Filter[]): Promise<Result<readonly Attachable[]>> {
  const seen = await collect('ec2.describeVolumes', async (NextToken) => {
    const page = await ec2.send(new DescribeVolumesCommand({ Filters, NextToken }));
    return { items: page.Volumes, next: page.NextToken };
  });
  if (!seen.ok) return seen;
  return ok(
    seen.value
      .filter(({ State }) => State !== 'deleting' && State !== 'deleted')
      .map(({ VolumeId = '', AvailabilityZone, Tags, State }) => ({
        id: VolumeId,
        name: tagMap(Tags).Name ?? VolumeId,
        inUse: State === 'in-use',
        ...(AvailabilityZone === undefined ? {} : { zone: AvailabilityZone }),
      })),
  );
}

async function interfacesOf(ec2: EC2Client, Filters: Filter[]): Promise<Result<readonly Attachable[]>> {
  const seen = await collect('ec2.describeNetworkInterfaces', async (NextToken) => {
    const page = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken }));
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
  if (!seen.ok) return seen;
  return ok(
    seen.value.map(({ NetworkInterfaceId = '', AvailabilityZone, TagSet, Status }) => ({
      id: NetworkInterfaceId,
      name: tagMap(TagSet).Name ?? NetworkInterfaceId,
      inUse: Status !== 'available',
      ...(AvailabilityZone === undefined ? {} : { zone: AvailabilityZone }),
    })),
  );
}

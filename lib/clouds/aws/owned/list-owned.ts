/** One cluster's resources in its region, kind by kind: lists by tag keep ended things for an hour, these do not. */
import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { ListSecretsCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ClusterView, Tags } from '../../../domain/cluster.ts';
import { map, ok, type Result } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';
import { openBalancing } from '../balancing/sdk-balancing.ts';
import { collect } from '../collect.ts';
import { openIdentity } from '../identity/sdk-identity.ts';
import { openInstances } from '../machines/sdk-instances.ts';
import { balancerName, bootSecretPrefix, instanceProfileName, targetGroupName } from '../names.ts';
import { onlyOwned, ownedBy } from '../network/ec2-outcomes.ts';
import type { NetworkPort } from '../network/port.ts';
import type { AwsSession } from '../session.ts';
import { tagMap, UID_TAG } from '../tags.ts';
import { EC2_KINDS, OTHER_KINDS, type OwnedKind } from './kinds.ts';

type Cluster = Pick<ClusterView, 'id' | 'name'>;
interface Row {
  readonly id: string;
  readonly name: string;
}
type Rows = Promise<Result<readonly Row[]>>;

export async function listOwned(
  session: AwsSession,
  network: NetworkPort,
  cluster: Cluster,
): Promise<Result<readonly OwnedResource[]>> {
  const [ec2, rest] = await Promise.all([
    listInEc2(session, network, cluster.id),
    gathered(others(session, cluster), cluster.id),
  ]);
  if (!ec2.ok) return ec2;
  return map(rest, (found) => [...ec2.value, ...found]);
}

/** What can be found without the cluster's name. */
export function listInEc2(
  session: Pick<AwsSession, 'ec2'>,
  network: NetworkPort,
  uid: string,
): Promise<Result<readonly OwnedResource[]>> {
  return gathered({ ...ofMachines(session, uid), ...ofNetwork(network, uid) }, uid);
}

async function gathered(lists: Lists, clusterUid: string): Promise<Result<readonly OwnedResource[]>> {
  const answers = await Promise.all(
    Object.entries(lists).map(async ([kind, rows]) => [kind, await rows] as const),
  );
  const found: OwnedResource[] = [];
  for (const [kind, rows] of answers) {
    if (!rows.ok) return rows;
    found.push(...rows.value.map((row) => ({ kind, ...row, clusterUid })));
  }
  return ok(found);
}

type Lists = Readonly<Partial<Record<OwnedKind, Rows>>>;

function ofMachines({ ec2 }: Pick<AwsSession, 'ec2'>, uid: string): Lists {
  return {
    [EC2_KINDS.instance]: openInstances({ ec2 }, uid)
      .list()
      .then((seen) => map(seen, (all) => all.filter(({ state }) => state !== 'gone').map(rowOf))),
    [EC2_KINDS.volume]: volumes(ec2, uid),
    [EC2_KINDS.interface]: interfaces(ec2, uid),
    [EC2_KINDS.securityGroup]: securityGroups(ec2, uid),
  };
}

function ofNetwork(network: NetworkPort, uid: string): Lists {
  const rows = (asked: Promise<Result<readonly Tagged[]>>): Rows =>
    asked.then((seen) => map(seen, (all) => all.map(rowOf)));
  return {
    [EC2_KINDS.vpc]: rows(network.ownVpcs(uid)),
    [EC2_KINDS.internetGateway]: rows(network.ownGateways(uid)),
    [EC2_KINDS.subnet]: rows(network.ownSubnets(uid)),
    [EC2_KINDS.address]: rows(network.ownAddresses(uid)),
    [EC2_KINDS.natGateway]: network
      .ownNatGateways(uid)
      .then((seen) => map(seen, (all) => all.filter(({ state }) => state !== 'deleted').map(rowOf))),
    [EC2_KINDS.routeTable]: rows(network.ownRouteTables(uid)),
  };
}

function others(session: AwsSession, cluster: Cluster): Lists {
  const balancing = openBalancing(session).find({
    balancer: balancerName(cluster),
    targetGroup: targetGroupName(cluster),
  });
  const identity = openIdentity(session);
  const pairs = (['controlplane', 'node'] as const).map((role) => {
    const name = instanceProfileName(cluster, role);
    return { name, seen: identity.find(name) };
  });
  const named = async (which: 'role' | 'profile'): Rows => {
    const rows: Row[] = [];
    for (const { name, seen } of pairs) {
      const pair = await seen;
      if (!pair.ok) return pair;
      if (pair.value[which]?.tags[UID_TAG] === cluster.id) rows.push({ id: name, name });
    }
    return ok(rows);
  };
  return {
    [OTHER_KINDS.balancer]: balancing.then((seen) =>
      map(seen, ({ balancer }) => ours(balancer, balancerName(cluster), cluster)),
    ),
    [OTHER_KINDS.targetGroup]: balancing.then((seen) =>
      map(seen, ({ targetGroup }) => ours(targetGroup, targetGroupName(cluster), cluster)),
    ),
    [OTHER_KINDS.role]: named('role'),
    [OTHER_KINDS.profile]: named('profile'),
    [OTHER_KINDS.secret]: secretsBelow(session.secrets, bootSecretPrefix(cluster)),
  };
}

interface Tagged {
  readonly id: string;
  readonly tags: Tags;
}

const rowOf = ({ id, tags }: Tagged): Row => ({ id, name: tags.Name ?? id });

function ours(
  seen: { readonly arn: string; readonly tags: Tags } | undefined,
  name: string,
  { id }: Cluster,
): readonly Row[] {
  return seen?.tags[UID_TAG] === id ? [{ id: seen.arn, name }] : [];
}

async function volumes(ec2: EC2Client, uid: string): Rows {
  const seen = await collect('ec2.describeVolumes', async (NextToken) => {
    const page = await ec2.send(new DescribeVolumesCommand({ Filters: ownedBy(uid), NextToken }));
    return { items: page.Volumes, next: page.NextToken };
  });
  return map(seen, (all) => {
    const staying = all.filter(({ State }) => State !== 'deleting' && State !== 'deleted');
    const rows = staying.map(({ VolumeId = '', Tags: tags }) => ({ id: VolumeId, tags: tagMap(tags) }));
    return onlyOwned(rows, uid).map(rowOf);
  });
}

async function interfaces(ec2: EC2Client, uid: string): Rows {
  const seen = await collect('ec2.describeNetworkInterfaces', async (NextToken) => {
    const page = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: ownedBy(uid), NextToken }));
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
  return map(seen, (all) => {
    const rows = all.map(({ NetworkInterfaceId = '', TagSet }) => ({
      id: NetworkInterfaceId,
      tags: tagMap(TagSet),
    }));
    return onlyOwned(rows, uid).map(rowOf);
  });
}

async function securityGroups(ec2: EC2Client, uid: string): Rows {
  const seen = await collect('ec2.describeSecurityGroups', async (NextToken) => {
    const page = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: ownedBy(uid), NextToken }));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  return map(seen, (all) => {
    const rows = all.map(({ GroupId = '', Tags: tags }) => ({ id: GroupId, tags: tagMap(tags) }));
    return onlyOwned(rows, uid).map(rowOf);
  });
}

/** Secrets that are scheduled for deletion are not in the list. */
async function secretsBelow(secrets: SecretsManagerClient, prefix: string): Rows {
  const seen = await collect('secrets.listSecrets', async (NextToken) => {
    const Filters = [{ Key: 'name' as const, Values: [prefix] }];
    const page = await secrets.send(new ListSecretsCommand({ Filters, NextToken }));
    return { items: page.SecretList, next: page.NextToken };
  });
  return map(seen, (all) =>
    all.filter(({ Name }) => Name?.startsWith(prefix)).map(({ Name = '' }) => ({ id: Name, name: Name })),
  );
}

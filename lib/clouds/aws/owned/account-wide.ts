/**
 * What carries the uid of any cluster in everything that an account sees, for the orphan collector: region by region,
 * because AWS knows no other way. Ids have their region before them: `eu-central-1/vpc-0123`. Roles cost nothing, are of
 * no use without machines, and cannot be listed by tag; they are left out.
 */
import { DescribeRegionsCommand, DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { map, ok, type Result } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';
import { balancersIn, targetGroupsIn } from '../balancing/tagged.ts';
import { collect } from '../collect.ts';
import { settle } from '../errors.ts';
import { openNetwork } from '../network/ec2-network.ts';
import type { AwsSession } from '../session.ts';
import { tagMap, UID_TAG } from '../tags.ts';
import { OTHER_KINDS } from './kinds.ts';
import { listInEc2 } from './list-owned.ts';
import { removeOwned } from './remove-owned.ts';

/** Regions are the same from everywhere; this one cannot be switched off. */
const HOME_REGION = 'us-east-1';
/** What all boot secrets are below. */
const SECRETS = 'slip/';

type OpenRegion = (region: string) => AwsSession;

export async function listTagged(open: OpenRegion): Promise<Result<readonly OwnedResource[]>> {
  const regions = await settle('ec2.describeRegions', () =>
    open(HOME_REGION).ec2.send(new DescribeRegionsCommand({})),
  );
  if (!regions.ok) return regions;
  const found: OwnedResource[] = [];
  for (const { RegionName } of regions.value.Regions ?? []) {
    if (RegionName === undefined) continue;
    const there = await listRegion(open(RegionName));
    // A policy of the organisation may close regions to everybody: then nothing of ours is in them.
    if (!there.ok && there.error.code === 'Unauthorized') continue;
    if (!there.ok) return there;
    found.push(...there.value.map((resource) => ({ ...resource, id: `${RegionName}/${resource.id}` })));
  }
  return ok(found);
}

export function deleteTagged(open: OpenRegion, resource: OwnedResource): Promise<Result<void>> {
  const [region = HOME_REGION, ...id] = resource.id.split('/');
  return removeOwned(open(region), { ...resource, id: id.join('/') });
}

async function listRegion(session: AwsSession): Promise<Result<readonly OwnedResource[]>> {
  const uids = await uidsIn(session);
  if (!uids.ok) return uids;
  // Everything else that we make needs a network of ours around it, or a machine.
  if (uids.value.length === 0) return ok([]);
  const found: OwnedResource[] = [];
  for (const uid of uids.value) {
    const owned = await listInEc2(session, openNetwork(session), uid);
    if (!owned.ok) return owned;
    found.push(...owned.value);
  }
  const [balancing, secrets] = await Promise.all([taggedInBalancing(session), taggedSecrets(session)]);
  if (!balancing.ok) return balancing;
  if (!secrets.ok) return secrets;
  return ok([...found, ...balancing.value, ...secrets.value]);
}

/** Tags of what is gone stay listed for a while, so they only tell where to look. */
async function uidsIn({ ec2 }: AwsSession): Promise<Result<readonly string[]>> {
  const Filters = [{ Name: 'key', Values: [UID_TAG] }];
  const seen = await collect('ec2.describeTags', async (NextToken) => {
    const page = await ec2.send(new DescribeTagsCommand({ Filters, NextToken }));
    return { items: page.Tags, next: page.NextToken };
  });
  return map(seen, (all) => [...new Set(all.flatMap(({ Value }) => Value ?? []))].sort());
}

async function taggedInBalancing({ balancing }: AwsSession): Promise<Result<readonly OwnedResource[]>> {
  const [balancers, groups] = await Promise.all([balancersIn(balancing), targetGroupsIn(balancing)]);
  if (!balancers.ok) return balancers;
  if (!groups.ok) return groups;
  const rows = [
    ...balancers.value.map((one) => ({ kind: OTHER_KINDS.balancer, ...one })),
    ...groups.value.map((one) => ({ kind: OTHER_KINDS.targetGroup, ...one })),
  ];
  return ok(
    rows.flatMap(({ kind, arn, name, tags }) => {
      const clusterUid = tags[UID_TAG];
      return clusterUid === undefined ? [] : [{ kind, id: arn, name, clusterUid }];
    }),
  );
}

async function taggedSecrets({ secrets }: AwsSession): Promise<Result<readonly OwnedResource[]>> {
  const seen = await collect('secrets.listSecrets', async (NextToken) => {
    const Filters = [{ Key: 'name' as const, Values: [SECRETS] }];
    const page = await secrets.send(new ListSecretsCommand({ Filters, NextToken }));
    return { items: page.SecretList, next: page.NextToken };
  });
  return map(seen, (all) =>
    all.flatMap(({ Name = '', Tags }) => {
      const clusterUid = tagMap(Tags)[UID_TAG];
      return clusterUid === undefined ? [] : [{ kind: OTHER_KINDS.secret, id: Name, name: Name, clusterUid }];
    }),
  );
}

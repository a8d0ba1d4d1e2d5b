/**
 * Deletes one resource of a cluster by its id, whatever it is: what no step accounts for, and what a cluster left that
 * is long gone. What it leans on or what leans on it goes at another time.
 */
import { DeleteNetworkInterfaceCommand, DeleteVolumeCommand } from '@aws-sdk/client-ec2';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { ok, type Result } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';
import { openBalancing } from '../balancing/sdk-balancing.ts';
import { settle } from '../errors.ts';
import { openIdentity } from '../identity/sdk-identity.ts';
import { openInstances } from '../machines/sdk-instances.ts';
import { openNetwork } from '../network/ec2-network.ts';
import { unlessAbsent } from '../network/ec2-outcomes.ts';
import { openSecurity } from '../security/sdk-security.ts';
import type { AwsSession } from '../session.ts';
import { isOwnedKind } from './kinds.ts';

/** Kinds that nobody of ours makes are left alone. */
export async function removeOwned(session: AwsSession, resource: OwnedResource): Promise<Result<void>> {
  const { kind, id, clusterUid } = resource;
  if (!isOwnedKind(kind)) return ok(undefined);
  switch (kind) {
    case 'AWS::EC2::Instance':
      return openInstances(session, clusterUid).terminate([id]);
    case 'AWS::EC2::Volume':
      return unlessAbsent(
        await settle('ec2.deleteVolume', () => session.ec2.send(new DeleteVolumeCommand({ VolumeId: id }))),
      );
    case 'AWS::EC2::NetworkInterface':
      return unlessAbsent(
        await settle('ec2.deleteNetworkInterface', () =>
          session.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })),
        ),
      );
    case 'AWS::EC2::SecurityGroup':
      return removeGroup(session, id);
    case 'AWS::EC2::InternetGateway':
      return removeGateway(session, id, clusterUid);
    case 'AWS::EC2::RouteTable':
      return openNetwork(session).deleteRouteTable(id);
    case 'AWS::EC2::Subnet':
      return openNetwork(session).deleteSubnet(id);
    case 'AWS::EC2::NatGateway':
      return openNetwork(session).deleteNatGateway(id);
    case 'AWS::EC2::EIP':
      return openNetwork(session).releaseAddress(id);
    case 'AWS::EC2::VPC':
      return openNetwork(session).deleteVpc(id);
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return openBalancing(session).removeBalancer(id);
    case 'AWS::ElasticLoadBalancingV2::TargetGroup':
      return openBalancing(session).removeTargetGroup(id);
    case 'AWS::IAM::Role':
    case 'AWS::IAM::InstanceProfile':
      return openIdentity(session).remove(id);
    case 'AWS::SecretsManager::Secret':
      return unlessAbsent(
        await settle('secrets.deleteSecret', () =>
          session.secrets.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true })),
        ),
      );
  }
}

/** Groups that refer to each other could never go with their rules. */
async function removeGroup(session: AwsSession, id: string): Promise<Result<void>> {
  const security = openSecurity(session);
  const rules = await security.ingress([id]);
  if (!rules.ok) return rules;
  if (rules.value.length > 0) {
    const revoked = await security.revoke(
      id,
      rules.value.map((rule) => rule.id),
    );
    if (!revoked.ok) return revoked;
  }
  return security.remove(id);
}

async function removeGateway(session: AwsSession, id: string, clusterUid: string): Promise<Result<void>> {
  const network = openNetwork(session);
  const seen = await network.ownGateways(clusterUid);
  if (!seen.ok) return seen;
  const attachments = seen.value.find((gateway) => gateway.id === id)?.attachments ?? [];
  for (const { vpcId } of attachments) {
    const detached = await network.detachGateway(id, vpcId);
    if (!detached.ok) return detached;
  }
  return network.deleteGateway(id);
}

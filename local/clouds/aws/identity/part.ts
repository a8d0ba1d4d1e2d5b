/** IAM and STS. */
import { GLOBAL_REGION } from '../core/call.ts';
import type { Part } from '../core/operation.ts';
import type { InventoryItem } from '../core/target.ts';
import type { World } from '../core/world.ts';
import { profileOperations } from './profiles.ts';
import { roleOperations } from './roles.ts';
import { seedRootUser } from './root-user.ts';
import { createServiceLinkedRole } from './service-linked-roles.ts';
import { simulatePrincipalPolicy } from './simulate-policy.ts';
import { profilesOf, rolesOf } from './store.ts';
import { stsOperations } from './sts.ts';
import { getUser } from './users.ts';

const inventory = (world: World): readonly InventoryItem[] =>
  [
    ...rolesOf(world)
      .values()
      .map((role) => ({ ...role, kind: 'AWS::IAM::Role' })),
    ...profilesOf(world)
      .values()
      .map((profile) => ({ ...profile, kind: 'AWS::IAM::InstanceProfile' })),
  ].map(({ kind, arn, name, tags }) => ({
    cloud: 'aws',
    region: GLOBAL_REGION,
    kind,
    id: arn,
    name,
    tags,
    state: 'available',
  }));

export const identityPart: Part = {
  operations: {
    iam: {
      ...roleOperations,
      ...profileOperations,
      SimulatePrincipalPolicy: simulatePrincipalPolicy,
      CreateServiceLinkedRole: createServiceLinkedRole,
      GetUser: getUser,
    },
    sts: stsOperations,
  },
  seed: seedRootUser,
  inventory,
};

/** The root user of the demo account with an access key of its own: it may do everything, and IAM cannot simulate it. */
import { findPrincipal, putAccessKey, putPrincipal } from '../core/principals.ts';
import type { World } from '../core/world.ts';
import { DEMO_AWS } from '../seed.ts';

export const ROOT_AWS = {
  arn: `arn:aws:iam::${DEMO_AWS.accountId}:root`,
  accessKeyId: 'AKIASLIPWAYROOT00001',
  secretAccessKey: 'simulated+secret+access+key+of+the+root1',
} as const;

/** Does nothing where it has been done before: a test may have taken the key away since. */
export function seedRootUser(world: World): void {
  const { arn, accessKeyId, secretAccessKey } = ROOT_AWS;
  if (findPrincipal(world, arn)) return;
  const account = DEMO_AWS.accountId;
  putPrincipal(world, { arn, account, userId: account, policies: {}, isRoot: true });
  putAccessKey(world, { id: accessKeyId, secret: secretAccessKey, principalArn: arn, isActive: true });
}

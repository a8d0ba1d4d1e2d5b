/** What is there from the start: the demo account with one user, who may do everything. */
import { findPrincipal, putAccessKey, putPrincipal } from './core/principals.ts';
import type { World } from './core/world.ts';

/** Credentials of a cloud that exists on this machine only. */
export const DEMO_AWS = {
  accountId: '111122223333',
  accessKeyId: 'AKIASLIPWAYDEMO00001',
  secretAccessKey: 'simulated+secret+access+key+of+the+demo1',
  userName: 'slipway',
} as const;

const ADMINISTRATOR = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

export const DEMO_ARN = `arn:aws:iam::${DEMO_AWS.accountId}:user/${DEMO_AWS.userName}`;

export function seedAccount(world: World): void {
  if (findPrincipal(world, DEMO_ARN)) return;
  putPrincipal(world, {
    arn: DEMO_ARN,
    account: DEMO_AWS.accountId,
    userId: 'AIDASLIPWAYDEMO000001',
    policies: { AdministratorAccess: ADMINISTRATOR },
  });
  putAccessKey(world, {
    id: DEMO_AWS.accessKeyId,
    secret: DEMO_AWS.secretAccessKey,
    principalArn: DEMO_ARN,
    isActive: true,
  });
}

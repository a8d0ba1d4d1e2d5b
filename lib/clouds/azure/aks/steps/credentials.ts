/**
 * A cluster in a network that exists runs as the account's own application and keeps a copy of its secret. When the
 * account's secret is rotated the copy is renewed, or the cluster would lose its cloud when the old one expires.
 */

import { ok } from '../../../../domain/errors.ts';
import { act, done, type Plan, type Step, wait } from '../../../../domain/plan.ts';
import { type EpochMs, elapsedMs, type Instant, toInstant } from '../../../../domain/time.ts';
import { aksConfig } from '../../aks-config.ts';
import type { AksContext } from '../context.ts';
import { CLUSTER_STEP, stringOf } from '../desired.ts';
import type { AksCluster } from '../port.ts';
import { firstLook, nextLook, SCHEDULE } from '../timing.ts';

export const CREDENTIALS_STEP = 'aks/credentials';

export interface CredentialsDesired {
  /** Which secret the cluster has, by the time of its rotation; absent: the one that it was created with. */
  readonly held?: Instant;
  readonly renewedAt?: Instant;
  readonly speed: number;
}
export interface CredentialsObserved {
  readonly cluster?: AksCluster;
  /** The account's present secret, by the time of its rotation. */
  readonly present: Instant;
}

export function planCredentials(
  desired: CredentialsDesired,
  { cluster, present }: CredentialsObserved,
  nowMs: EpochMs,
): Plan<'renew'> {
  const isMoving = cluster?.provisioning === 'moving';
  if (desired.held === undefined || desired.held === present) return done('CredentialsPresent');
  if (isMoving) {
    const elapsed = elapsedMs(desired.renewedAt, nowMs, desired.speed);
    return wait(nextLook(SCHEDULE.updateCluster, elapsed), 'UpdatingCluster');
  }
  return act('renew', 'RenewingCredentials', { message: "Giving the cluster the account's new secret." });
}

export function credentialsStep(
  speed: number,
): Step<AksContext, CredentialsDesired, CredentialsObserved, 'renew'> {
  return {
    name: CREDENTIALS_STEP,
    title: 'Renew the credentials of the cluster',
    condition: 'CreatingInfrastructure',
    after: [CLUSTER_STEP],
    lane: 'aks',
    desired(view) {
      if (view.deleting || aksConfig(view.spec).placement.mode === 'dynamic') return undefined;
      const outputs = view.outputs(CREDENTIALS_STEP);
      const held = stringOf(outputs, 'held');
      const renewedAt = stringOf(outputs, 'renewedAt');
      return {
        speed,
        ...(held === undefined ? {} : { held }),
        ...(renewedAt === undefined ? {} : { renewedAt }),
      };
    },
    async observe(ctx) {
      const cluster = await ctx.cluster();
      if (!cluster.ok) return cluster;
      const present = ctx.credentialsOf;
      return ok(cluster.value === undefined ? { present } : { cluster: cluster.value, present });
    },
    plan: planCredentials,
    read: (desired, { present }) => (desired.held === undefined ? { outputs: { held: present } } : {}),
    async act(ctx) {
      const asked = await ctx.aks.renewCredentials();
      if (!asked.ok) return asked;
      return ok({
        event: "Gave the cluster the account's new secret",
        outputs: { held: ctx.credentialsOf, renewedAt: toInstant(ctx.now()) },
        lookAfterMs: firstLook(SCHEDULE.updateCluster, asked.value),
      });
    },
  };
}

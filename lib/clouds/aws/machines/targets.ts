/** Control-plane machines behind the load balancer of the API server. */
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type TargetHealthStateEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import type { TargetHealth } from '../../../machines/port.ts';
import { orAbsent } from '../absence.ts';
import { isCode, settle } from '../errors.ts';
import { whenKnown } from '../network/ec2-outcomes.ts';

export interface Targets {
  attach(instanceId: string): Promise<Result<void>>;
  detach(instanceId: string): Promise<Result<void>>;
  health(): Promise<Result<ReadonlyMap<string, TargetHealth>>>;
}

/** `unused`: registered in a zone that the balancer does not serve yet, or stopped. */
const HEALTH = {
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  'unhealthy.draining': 'unhealthy',
  initial: 'starting',
  unavailable: 'starting',
  unused: 'starting',
  draining: 'leaving',
} as const satisfies Record<TargetHealthStateEnum, TargetHealth>;

/** `targetGroupArn` absent: there is no load balancer, or not yet. */
export function openTargets(
  elb: () => ElasticLoadBalancingV2Client,
  targetGroupArn: string | undefined,
): Targets {
  if (targetGroupArn === undefined) return NO_TARGETS;
  const one = (Id: string) => ({ TargetGroupArn: targetGroupArn, Targets: [{ Id }] });
  return {
    async attach(id) {
      const asked = await settle('elb.registerTargets', () =>
        elb().send(new RegisterTargetsCommand(one(id))),
      );
      return asked.ok ? ok(undefined) : whenKnown(asked);
    },
    async detach(id) {
      const asked = await settle('elb.deregisterTargets', () =>
        elb().send(new DeregisterTargetsCommand(one(id))),
      );
      const gone = !asked.ok && (asked.error.code === 'NotFound' || isCode(asked.error, 'InvalidTarget'));
      return asked.ok || gone ? ok(undefined) : asked;
    },
    async health() {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
      const seen = orAbsent(await settle('elb.describeTargetHealth', () => elb().send(command)));
      if (!seen.ok) return seen;
      const rows = seen.value?.TargetHealthDescriptions ?? [];
      return ok(
        new Map(
          rows.map(({ Target, TargetHealth: health }) => [
            Target?.Id ?? '',
            HEALTH[health?.State ?? 'initial'],
          ]),
        ),
      );
    },
  };
}

const NO_TARGETS: Targets = {
  async attach() {
    return fail({
      code: 'NotFound',
      message: 'NotFound: the load balancer of the API server is not recorded yet',
      source: 'aws:elb.registerTargets:NoTargetGroup',
    });
  },
  detach: async () => ok(undefined),
  health: async () => ok(new Map()),
};

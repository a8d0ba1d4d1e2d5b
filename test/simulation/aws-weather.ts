/** What goes wrong at AWS itself, at times that the seed chooses, until the weather clears. */
import type { FaultRequest } from '../../local/clouds/kit/faults.ts';
import { ZONES } from '../builders/aws.ts';
import type { AwsSide } from './aws-side.ts';
import { MINUTE } from './deployment.ts';
import type { Dice } from './dice.ts';
import type { Scheduler } from './scheduler.ts';

/** Every write that a cluster's life has. */
const WRITES = [
  'CreateVpc',
  'ModifyVpcAttribute',
  'CreateInternetGateway',
  'AttachInternetGateway',
  'DetachInternetGateway',
  'CreateSubnet',
  'DeleteSubnet',
  'AllocateAddress',
  'ReleaseAddress',
  'CreateNatGateway',
  'DeleteNatGateway',
  'CreateRouteTable',
  'CreateRoute',
  'AssociateRouteTable',
  'CreateSecurityGroup',
  'AuthorizeSecurityGroupIngress',
  'DeleteSecurityGroup',
  'CreateLoadBalancer',
  'CreateTargetGroup',
  'CreateListener',
  'RegisterTargets',
  'DeregisterTargets',
  'DeleteLoadBalancer',
  'CreateRole',
  'PutRolePolicy',
  'CreateInstanceProfile',
  'AddRoleToInstanceProfile',
  'DeleteRole',
  'CreateQueue',
  'PutRule',
  'PutTargets',
  'CreateSecret',
  'DeleteSecret',
  'CreateTags',
  'RunInstances',
  'RunInstances',
  'RunInstances',
  'TerminateInstances',
  'DeleteVpc',
] as const;
const TYPES = ['m5.large', 'm5.xlarge', 'm6i.large'] as const;

/** Every fault ends by itself after a while; all of them at `until`. */
export function plantAwsWeather(
  { aws }: AwsSide,
  { scheduler, dice }: { readonly scheduler: Scheduler; readonly dice: Dice },
  span: { readonly from: number; readonly until: number },
): void {
  const storms = Math.floor(dice.between(4, 25));
  for (let storm = 0; storm < storms; storm += 1) {
    const begins = dice.between(span.from, span.until);
    const fault = anyFault(dice);
    const lasts = dice.between(1, 20) * MINUTE;
    scheduler.at(begins, () => {
      const { id } = aws.addFault(fault);
      scheduler.at(begins + lasts, () => void aws.removeFault(id));
    });
  }
  scheduler.at(span.until, () => aws.clearFaults());
}

function anyFault(dice: Dice): FaultRequest {
  const operation = dice.pick(WRITES);
  const count = dice.pick([1, 2, 3]);
  const instanceType = dice.pick(TYPES);
  return dice.pick<() => FaultRequest>([
    () => ({
      fault: 'throttle',
      operation: dice.pick(['*', 'Describe*', 'iam.*', 'RunInstances', 'elasticloadbalancing.*']),
      seconds: dice.between(20, 300),
    }),
    () => ({
      fault: 'error',
      operation,
      when: 'before',
      code: dice.pick(['InternalError', 'Unavailable', 'ConnectionReset']),
      count,
    }),
    () => ({
      fault: 'error',
      operation,
      when: 'after',
      code: dice.pick(['ConnectionReset', 'InternalError']),
      count,
    }),
    () => ({ fault: 'error', operation: 'Describe*', when: 'before', code: 'Unavailable', count: 3 * count }),
    () => ({ fault: 'error', operation: 'CreateNatGateway', when: 'late', code: 'InternalError', count }),
    () => ({
      fault: 'error',
      operation: 'RunInstances',
      when: 'late',
      code: 'InsufficientInstanceCapacity',
      count,
    }),
    () => ({ fault: 'quota', name: 'onDemandStandard', limit: Math.floor(dice.between(2, 24)) }),
    () => ({ fault: 'quota', name: 'elasticIps', limit: Math.floor(dice.between(0, 5)) }),
    () => ({ fault: 'capacity', instanceType, available: dice.pick([0, 1]) }),
    () => ({ fault: 'capacity', instanceType, zone: dice.pick(ZONES), available: 0 }),
    () => ({
      fault: 'spot-price',
      instanceType,
      zone: dice.pick(ZONES),
      percent: dice.pick([30, 45, 65, 95, 150]),
    }),
    () => ({
      fault: 'spot-price',
      instanceType,
      zone: dice.pick(ZONES),
      percent: dice.pick([30, 45, 65, 95, 150]),
    }),
  ])();
}

/**
 * Service-linked roles. AWS makes one itself when the first resource of its kind is made, on behalf of a caller who may
 * do that; otherwise the resource is refused.
 */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { operation } from '../core/operation.ts';
import { text } from '../core/parameters.ts';
import { verdictOf } from '../core/principals.ts';
import type { World } from '../core/world.ts';
import type { RequestContext } from './conditions.ts';
import { roleView } from './roles.ts';
import { newEntity } from './store.ts';

const ROLE_NAMES: Readonly<Record<string, string>> = {
  'elasticloadbalancing.amazonaws.com': 'AWSServiceRoleForElasticLoadBalancing',
  'spot.amazonaws.com': 'AWSServiceRoleForEC2Spot',
};

const made = (world: World) => world.records.table<string>('service-linked-roles');
const keyOf = ({ account }: Call, service: string): string => `${account}/${service}`;
const contextOf = (service: string): RequestContext => ({ 'iam:awsservicename': [service] });
const pathOf = (service: string): string => `/aws-service-role/${service}/`;
const arnOf = ({ account }: Call, service: string): string =>
  `arn:aws:iam::${account}:role${pathOf(service)}${ROLE_NAMES[service] ?? service}`;

/** `service`: `spot.amazonaws.com`. False: it is not there, and the caller may not make it. */
export function hasServiceLinkedRole(world: World, call: Call, service: string): boolean {
  if (made(world).get(keyOf(call, service)) !== undefined) return true;
  const verdict = verdictOf(world, call.caller.arn, {
    action: 'iam:CreateServiceLinkedRole',
    resource: arnOf(call, service),
    context: contextOf(service),
  });
  if (verdict !== 'allowed') return false;
  made(world).put(keyOf(call, service), service);
  return true;
}

export const createServiceLinkedRole = operation({
  input: z.strictObject({ AWSServiceName: text, Description: text.optional() }),
  resource: (call) => arnOf(call, call.params.AWSServiceName),
  context: (call) => contextOf(call.params.AWSServiceName),
  handle(world, call) {
    const service = call.params.AWSServiceName;
    const name = ROLE_NAMES[service];
    if (name === undefined)
      throw new AwsFault('InvalidInput', `Service-linked roles are not supported for ${service}`);
    if (made(world).get(keyOf(call, service)) !== undefined)
      throw new AwsFault(
        'InvalidInput',
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    made(world).put(keyOf(call, service), service);
    const entity = newEntity(world, call, { kind: 'role', name, path: pathOf(service), tags: [] });
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    });
    return { Role: roleView({ ...entity, trust, maxSession: 3600, policies: {} }) };
  },
});

/** The gate in front of operations, and for the further permissions that some of them need (iam:PassRole). */
import type { RequestContext } from '../identity/conditions.ts';
import type { Call } from './call.ts';
import { AwsFault } from './fault.ts';
import { verdictOf } from './principals.ts';
import type { World } from './world.ts';

/** `action`: `ec2:RunInstances`. Throws the refusal of the call's service. */
export function authorize(
  world: World,
  call: Call,
  action: string,
  resource = '*',
  context: RequestContext = {},
): void {
  const verdict = verdictOf(world, call.caller.arn, { action, resource, context });
  if (verdict === 'allowed') return;
  const why =
    verdict === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const words = `User: ${call.caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  throw refusal(call, words);
}

function refusal(call: Call, words: string): AwsFault {
  switch (call.service) {
    case 'ec2':
      // The encoded part can be read with sts:DecodeAuthorizationMessage by those who may.
      return new AwsFault(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. ${words}. Encoded authorization failure message: ${Buffer.from(words).toString('base64url')}`,
      );
    case 'elasticloadbalancing':
    case 'classicbalancing':
    case 'iam':
    case 'sts':
      return new AwsFault('AccessDenied', words);
    case 'sqs':
    case 'events':
    case 'pricing':
    case 'servicequotas':
    case 'secretsmanager':
      return new AwsFault('AccessDeniedException', words);
  }
}

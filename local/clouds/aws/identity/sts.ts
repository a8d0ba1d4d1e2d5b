/** STS: who am I, and what did that encoded refusal say. */
import { z } from 'zod';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { text } from '../core/parameters.ts';

export const stsOperations: Operations = {
  GetCallerIdentity: operation({
    input: z.strictObject({}),
    isOpen: true,
    handle: (_world, { caller }) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn }),
  }),
  DecodeAuthorizationMessage: operation({
    input: z.strictObject({ EncodedMessage: text }),
    handle(_world, call) {
      const message = Buffer.from(call.params.EncodedMessage, 'base64url').toString('utf8');
      if (!message.startsWith('User: '))
        throw new AwsFault('InvalidAuthorizationMessageException', 'The message is not valid.');
      const decoded = { allowed: false, explicitDeny: message.includes('explicit deny'), failure: message };
      return { DecodedMessage: JSON.stringify(decoded) };
    },
  }),
};

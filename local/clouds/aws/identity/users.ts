/** Users, as far as anyone asks for them: the caller himself. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { operation } from '../core/operation.ts';
import { text } from '../core/parameters.ts';
import { findPrincipal } from '../core/principals.ts';
import { iso } from '../core/times.ts';
import { noSuch } from './store.ts';

const userArn = (call: Call<{ readonly UserName?: string | undefined }>): string =>
  call.params.UserName === undefined
    ? call.caller.arn
    : `arn:aws:iam::${call.account}:user/${call.params.UserName}`;

/** Users are older than this cloud. */
const CREATED_AT = Date.UTC(2025, 0, 1);

export const getUser = operation({
  input: z.strictObject({ UserName: text.optional() }),
  resource: userArn,
  handle(world, call) {
    const principal = findPrincipal(world, userArn(call));
    const name = principal?.arn.split('/').at(-1);
    if (!principal || name === undefined)
      throw noSuch(`The user with name ${call.params.UserName} cannot be found.`);
    return {
      User: {
        Path: '/',
        // The root user has no name.
        UserName: principal.isRoot ? undefined : name,
        UserId: principal.userId,
        Arn: principal.arn,
        CreateDate: iso(CREATED_AT),
      },
    };
  },
});

import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { problem } from '../../lib/api/problem.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { INLINE_LIMIT, inlineCharacters, managedPolicies } from '../../lib/platform/aws-policy.ts';

const STATEMENT = z.object({
  Sid: shown('Ec2Compute'),
  Effect: z.literal('Allow'),
  Action: z.array(shown('ec2:RunInstances')),
  Resource: shown('*'),
  Condition: z
    .object({ StringLike: z.record(z.string(), z.string()) })
    .optional()
    .meta({
      example: { StringLike: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
    }),
});

const POLICIES = z.object({
  characters: z.int().meta({ description: 'Of all statements together, without white space', example: 4200 }),
  policies: z.array(
    z.object({
      name: shown('slipway'),
      characters: z.int().meta({ example: 4200 }),
      document: z.object({ Version: z.literal('2012-10-17'), Statement: z.array(STATEMENT) }),
    }),
  ),
  note: shown('IAM shows a warning for statements that grant nothing on their own; it is expected.'),
});

/** A221 */
const NOTE =
  'The IAM console may warn that some actions, resources or conditions grant no permissions; that is expected, because ' +
  'statements pair actions with resources that not all of them support.';

export const getAwsPolicy = endpoint(
  {
    name: 'get-aws-policy',
    method: 'GET',
    route: 'v1/cloud/aws/policy',
    summary: 'The least permissions that an AWS account needs, as managed policies',
    tag: 'Cloud accounts',
    access: 'authenticated',
    query: z.object({
      form: z.enum(['managed', 'inline']).default('managed').meta({
        description: 'Inline policies of a user are too short for it and are refused with the count',
      }),
    }),
    responses: {
      200: { description: 'Documents for aws iam create-policy; attach all of them', schema: POLICIES },
      422: { description: 'POLICY_TOO_LONG_FOR_INLINE with the count' },
    },
  },
  ({ query }) => {
    const characters = inlineCharacters();
    if (query.form === 'inline' && characters > INLINE_LIMIT) return tooLong(characters);
    return answer(200, { characters, policies: managedPolicies(), note: NOTE });
  },
);

function tooLong(characters: number) {
  const message = `The policy has ${characters} characters; an inline policy of a user may have ${INLINE_LIMIT}.`;
  const hint = 'Make managed policies of it: leave form out.';
  return problem(422, 'POLICY_TOO_LONG_FOR_INLINE', message, {
    errors: [{ path: '/form', code: 'POLICY_TOO_LONG_FOR_INLINE', message, hint }],
  });
}

/**
 * SimulatePrincipalPolicy, over the very statements that gate calls. The root user has no policies and cannot be
 * simulated; sessions are not principals: docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
import { z } from 'zod';
import { AwsFault } from '../core/fault.ts';
import { operation } from '../core/operation.ts';
import { list, text, whole } from '../core/parameters.ts';
import { findPrincipal, verdictOf } from '../core/principals.ts';
import type { World } from '../core/world.ts';
import type { RequestContext } from './conditions.ts';
import type { Question } from './evaluate-policy.ts';
import { roleVerdict } from './role-verdict.ts';
import { noSuch, roleByArn } from './store.ts';

const contextEntries = list(
  z.strictObject({ ContextKeyName: text, ContextKeyType: text.optional(), ContextKeyValues: list(text) }),
);

export const simulatePrincipalPolicy = operation({
  input: z.strictObject({
    PolicySourceArn: text,
    ActionNames: list(text),
    ResourceArns: list(text),
    ContextEntries: contextEntries,
    CallerArn: text.optional(),
    MaxItems: whole.optional(),
    Marker: text.optional(),
  }),
  resource: (call) => call.params.PolicySourceArn,
  handle(world, call) {
    const { PolicySourceArn: arn, ActionNames, ResourceArns, ContextEntries } = call.params;
    const source = sourceOf(world, arn);
    const context: RequestContext = Object.fromEntries(
      ContextEntries.map(({ ContextKeyName, ContextKeyValues }) => [
        ContextKeyName.toLowerCase(),
        ContextKeyValues,
      ]),
    );
    const resources = ResourceArns.length > 0 ? ResourceArns : ['*'];
    const results = ActionNames.flatMap((action) =>
      resources.map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: source({ action, resource, context }),
        MatchedStatements: [],
        MissingContextValues: [],
      })),
    );
    return { EvaluationResults: results, IsTruncated: false };
  },
});

function sourceOf(world: World, arn: string) {
  if (arn.endsWith(':root') || !/^arn:aws:iam::\d{12}:(?:user|role|group)\//.test(arn))
    throw new AwsFault(
      'InvalidInput',
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    );
  const role = roleByArn(world, arn);
  if (role) return (question: Question) => roleVerdict(role, question);
  if (!findPrincipal(world, arn)) throw noSuch(`The user with ARN ${arn} cannot be found.`);
  return (question: Question) => verdictOf(world, arn, question);
}

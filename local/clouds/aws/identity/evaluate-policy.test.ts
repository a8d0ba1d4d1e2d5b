import { describe, expect, test } from '@jest/globals';
import { evaluate, type Question, type Verdict } from './evaluate-policy.ts';
import { parsePolicy } from './policy-document.ts';

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

function verdict(policy: string, question: Partial<Question>): Verdict {
  const parsed = parsePolicy(policy, 'identity');
  if (!parsed.ok) throw new Error(parsed.message);
  return evaluate(parsed.statements, { action: 'ec2:RunInstances', resource: '*', context: {}, ...question });
}

const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const linked = { StringLike: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } };

describe('evaluate', () => {
  test.each<[string, string, Partial<Question>, Verdict]>([
    ['nothing is allowed by itself', document(allow({ Action: 'sqs:*' })), {}, 'implicitDeny'],
    ['actions have wildcards and no case', document(allow({ Action: 'EC2:run*' })), {}, 'allowed'],
    ['one of several actions', document(allow({ Action: ['a:B', 'ec2:RunInstances'] })), {}, 'allowed'],
    [
      'a deny wins over every allow',
      document(allow({}), { Effect: 'Deny', Action: 'ec2:Run?nstances', Resource: '*' }),
      {},
      'explicitDeny',
    ],
    [
      'all but the named actions',
      document({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
      {},
      'allowed',
    ],
    [
      'all but the named resources',
      document({ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:iam::1:role/a' }),
      { resource: 'arn:aws:iam::1:role/a' },
      'implicitDeny',
    ],
    [
      'a resource by pattern',
      document(allow({ Resource: 'arn:*:iam::*:role/slip-*' })),
      { resource: 'arn:aws:iam::123456789012:role/slip-x' },
      'allowed',
    ],
    [
      'a scoped statement does not speak for all resources',
      document(allow({ Resource: 'arn:*:iam::*:role/slip-*' })),
      { resource: '*' },
      'implicitDeny',
    ],
    ['a condition without its key does not hold', document(allow({ Condition: linked })), {}, 'implicitDeny'],
    [
      'a condition with its key, whose case does not matter',
      document(allow({ Condition: linked })),
      { context: { 'iam:awsservicename': ['elasticloadbalancing.amazonaws.com'] } },
      'allowed',
    ],
    [
      'IfExists holds without the key',
      document(allow({ Condition: { StringEqualsIfExists: { 'aws:x': 'y' } } })),
      {},
      'allowed',
    ],
    [
      'a negated operator holds without the key',
      document(allow({ Condition: { StringNotEquals: { 'aws:x': 'y' } } })),
      {},
      'allowed',
    ],
    [
      'a negated operator does not hold for the value',
      document(allow({ Condition: { StringNotEquals: { 'aws:x': 'y' } } })),
      { context: { 'aws:x': ['y'] } },
      'implicitDeny',
    ],
  ])('%s', (_name, policy, question, expected) => {
    expect(verdict(policy, question)).toBe(expected);
  });
});

describe('parsePolicy', () => {
  test.each<[string, string, 'identity' | 'resource' | 'trust', string]>([
    ['no JSON', 'Allow', 'identity', 'Invalid input'],
    ['no resource', document({ Effect: 'Allow', Action: '*' }), 'identity', 'must contain resources'],
    ['a principal', document(allow({ Principal: '*' })), 'identity', 'should not specify a principal'],
    ['no action', document({ Effect: 'Allow', Resource: '*' }), 'identity', 'must contain actions'],
    [
      'an unknown operator',
      document(allow({ Condition: { Fits: { a: 'b' } } })),
      'identity',
      'Invalid Condition',
    ],
    [
      'a trust policy with a resource',
      document(allow({ Principal: '*' })),
      'trust',
      'prohibited field Resource',
    ],
    ['a queue policy without principal', document(allow({})), 'resource', 'Missing required field Principal'],
  ])('refuses %s', (_name, text, kind, message) => {
    const parsed = parsePolicy(text, kind);
    expect(parsed.ok ? '' : parsed.message).toContain(message);
  });
});

/**
 * The rights that an AWS account is asked for are those of the calls that the adapters make: one that is missing stops
 * clusters in the middle, one too many is a door that nobody needs.
 */
import { expect, test } from '@jest/globals';
import { POLICY_STATEMENTS } from '../../lib/clouds/aws/permissions.ts';
import { readText, repositoryFiles } from './tree.ts';

/** How policies name the services of the SDK's packages. */
const SERVICES: Readonly<Record<string, string>> = {
  'client-ec2': 'ec2',
  'client-elastic-load-balancing': 'elasticloadbalancing',
  'client-elastic-load-balancing-v2': 'elasticloadbalancing',
  'client-eventbridge': 'events',
  'client-iam': 'iam',
  'client-pricing': 'pricing',
  'client-secrets-manager': 'secretsmanager',
  'client-service-quotas': 'servicequotas',
  'client-sqs': 'sqs',
  'client-sts': 'sts',
};

/** Calls whose right has another name, or none. */
const RIGHTS: Readonly<Record<string, string | undefined>> = {
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  // Everybody may ask who they are.
  'sts:GetCallerIdentity': undefined,
};

/** Rights that a call needs besides its own, by what it asks for. */
const IMPLIED: Readonly<Record<string, string>> = {
  'iam:PassRole': 'RunInstances with an instance profile',
  'iam:CreateServiceLinkedRole': 'the first load balancer and the first spot instance of an account',
  'secretsmanager:TagResource': 'CreateSecret with tags',
  'sqs:TagQueue': 'CreateQueue with tags',
};

const IMPORT = /import (?:type )?\{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g;

function rightsOfCalls(): readonly string[] {
  const sources = repositoryFiles('lib/clouds/aws').filter((file) => !file.endsWith('.test.ts'));
  const calls = sources.flatMap((file) =>
    [...readText(file).matchAll(IMPORT)].flatMap(([, names = '', client = '']) =>
      [...names.matchAll(/\b(\w+)Command\b/g)].map(([, name = '']) => `${SERVICES[client]}:${name}`),
    ),
  );
  return [...new Set(calls)].flatMap((call) => (Object.hasOwn(RIGHTS, call) ? (RIGHTS[call] ?? []) : [call]));
}

test('[A217] the policy of AWS accounts allows what is called, and nothing else', () => {
  const allowed = POLICY_STATEMENTS.flatMap(({ Action }) => Action);
  const needed = [...rightsOfCalls(), ...Object.keys(IMPLIED)];
  expect([...new Set(allowed)].sort()).toEqual([...new Set(needed)].sort());
});

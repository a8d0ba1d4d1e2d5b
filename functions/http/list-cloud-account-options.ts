import { z } from 'zod';
import { accountOptions } from '../../lib/accounts/probe.ts';
import { readAccount } from '../../lib/accounts/store.ts';
import { type Answer, answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { problem } from '../../lib/api/problem.ts';
import { refused } from '../../lib/api/refused.ts';
import type { OptionsAnswer } from '../../lib/clouds/port.ts';
import { unanswered } from './shapes/not-ready.ts';
import { OPTIONS } from './shapes/paths.ts';

const narrowing = z.string().min(1).max(256).optional();

/** What narrows one kind or another; the cloud says which of them it misses. */
const QUERY = z.object({
  region: narrowing,
  subscriptionId: narrowing,
  resourceGroup: narrowing,
  virtualNetwork: narrowing,
  instanceType: narrowing,
  storageAccount: narrowing,
});

export const listCloudAccountOptions = endpoint(
  {
    name: 'list-cloud-account-options',
    method: 'GET',
    route: 'v1/projects/{project}/cloud-accounts/{name}/options/{kind}',
    summary: 'What a form can offer: regions, zones, instance types, resource groups, networks',
    tag: 'Cloud accounts',
    access: { role: 'viewer' },
    params: OPTIONS,
    query: QUERY,
    locate: {
      what: 'cloud account',
      find: ({ deps, params }) => readAccount(deps, params.project, params.name),
    },
    responses: {
      200: {
        description: 'Everything there is of the kind',
        schema: z.object({
          items: z.array(z.record(z.string(), z.unknown())).meta({ example: [{ name: 'westeurope' }] }),
        }),
      },
      422: { description: 'PARAMETER_REQUIRED: the kind needs one more query parameter' },
      503: { description: 'The cloud does not answer; ask again' },
    },
  },
  async ({ deps, params, query }) => {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const question = { kind: params.kind, query: Object.fromEntries(given) };
    const outcome = await accountOptions(deps, params.project, params.name, question);
    return outcome.ok ? toAnswer(outcome.value, params.kind) : refused(outcome.refusal);
  },
);

function toAnswer(found: OptionsAnswer, kind: string): Answer {
  switch (found.kind) {
    case 'items':
      return answer(200, { items: found.items });
    case 'unknown-kind':
      return problem(404, 'OPTIONS_NOT_FOUND', `This account has no options of kind ${kind}.`);
    case 'missing-parameter':
      return missing(found.parameter, kind);
    case 'failed':
      if (found.error.code === 'NotFound') return problem(404, 'NOT_FOUND', found.error.message);
      return unanswered(found.error);
  }
}

function missing(parameter: string, kind: string): Answer {
  const message = `${kind} needs the query parameter ${parameter}.`;
  return problem(422, 'PARAMETER_REQUIRED', message, {
    errors: [{ path: `/${parameter}`, code: 'PARAMETER_REQUIRED', message }],
  });
}

import { type Enrolment, enrol, renew } from '../../lib/agents/enrol.ts';
import { type Answer, answer } from '../../lib/api/answer.ts';
import type { ApiDeps } from '../../lib/api/contract.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { unauthenticated } from '../../lib/api/layers/authenticate.ts';
import { notFound } from '../../lib/api/problem.ts';
import { recordAudit } from '../../lib/audit/record.ts';
import type { EnrollRequest } from '../../lib/domain/agent.ts';
import { ENROLL_ANSWER, ENROLL_REQUEST } from './shapes/enrolment.ts';

export const enrollAgent = endpoint(
  {
    name: 'enroll-agent',
    method: 'POST',
    route: 'agent/v1/enroll',
    summary: 'An agent gets its credential for a bootstrap token, once, or the next one for the present one',
    tag: 'Agents',
    access: 'enrolling-agent',
    answersSecret: true,
    body: ENROLL_REQUEST,
    responses: {
      200: { description: 'The same try gets the same answer for ten minutes', schema: ENROLL_ANSWER },
      401: { description: 'UNAUTHENTICATED: a token or credential that is wrong, used up or too old' },
      403: { description: 'CREDENTIAL_OF_OTHER_CLUSTER' },
      404: { description: 'CLUSTER_NOT_FOUND: it is being deleted' },
    },
    requestExamples: {
      enroll: {
        summary: 'The first credential',
        value: {
          cluster: '8f2d5c1e-6b0a-4c58-9d0f-2f4f0f3f9a11',
          bootstrapToken: '0b0e8f0c-6f43-4a35-8c39-0d3bd2e7c1a4.c2VjcmV0LW9mLTI1Ni1iaXRzLWluLWJhc2U2NHVybC0',
          nonce: 'Zm9yIHRoaXMgdHJ5IG9ubHksIDEyOCBiaXQ',
          agentVersion: '0.1.0',
        },
      },
      renew: {
        summary: 'The next one, with the present one as bearer token',
        value: { cluster: '8f2d5c1e-6b0a-4c58-9d0f-2f4f0f3f9a11', renew: true },
      },
    },
  },
  async (call) => {
    const { body, deps, agent } = call;
    if ('renew' in body) return toAnswer(agent ? await renew(deps, agent) : { kind: 'refused' });
    const enrolled = await enrol(deps, body);
    await record(call, body, enrolled);
    return toAnswer(enrolled);
  },
);

function toAnswer(enrolled: Enrolment): Answer {
  switch (enrolled.kind) {
    case 'enrolled':
      return answer(200, enrolled.answer);
    case 'absent':
      return notFound('cluster');
    case 'refused':
      return unauthenticated('This token or credential is not good, or not any more.');
  }
}

/** Who speaks for a cluster from now on. Refusals belong to no project that could be told. */
async function record(
  { deps, correlationId }: { readonly deps: ApiDeps; readonly correlationId: string },
  { cluster }: EnrollRequest,
  enrolled: Enrolment,
): Promise<void> {
  if (enrolled.kind !== 'enrolled') return;
  const { project, name } = enrolled.entry;
  await recordAudit(deps, {
    project,
    who: `agent:${cluster}`,
    what: 'agent.enroll',
    object: { kind: 'cluster', name, uid: cluster },
    status: 200,
    correlationId,
  });
}

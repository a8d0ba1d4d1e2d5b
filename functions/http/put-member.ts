import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { putMember as put } from '../../lib/projects/members.ts';
import { audited } from './audited.ts';
import { MEMBER_BODY, MEMBER_VIEW, toMember } from './shapes/member.ts';
import { MEMBER } from './shapes/paths.ts';

export const putMember = endpoint(
  {
    name: 'put-member',
    method: 'PUT',
    route: 'v1/projects/{project}/members/{subject}',
    summary: 'Give someone a role in a project, and narrow what they see of it',
    tag: 'Projects',
    access: { role: 'admin' },
    params: MEMBER,
    body: MEMBER_BODY,
    requestExample: { role: 'viewer', filter: { and: [{ tag: 'department', is: 'finance' }] } },
    responses: {
      200: { description: 'The member has another role or filter now', schema: MEMBER_VIEW },
      201: { description: 'The member is new', schema: MEMBER_VIEW },
      422: { description: 'FILTER_INVALID, or no such role' },
    },
  },
  audited({
    what: 'member.put',
    object: ({ params }) => ({ kind: 'member', name: params.subject }),
    async run({ deps, params, body: { role, filter } }) {
      const membership = { role, ...(filter !== undefined && { filter }) };
      const { document, created } = await put(deps, params, membership);
      return { answer: answer(created ? 201 : 200, toMember(document)) };
    },
  }),
);

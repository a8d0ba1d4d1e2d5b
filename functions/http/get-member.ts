import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { readMember } from '../../lib/projects/members.ts';
import { MEMBER_VIEW, toMember } from './shapes/member.ts';
import { MEMBER } from './shapes/paths.ts';

export const getMember = endpoint(
  {
    name: 'get-member',
    method: 'GET',
    route: 'v1/projects/{project}/members/{subject}',
    summary: 'Read what someone may do and see in a project',
    tag: 'Projects',
    access: { role: 'admin' },
    params: MEMBER,
    locate: {
      what: 'member',
      find: ({ deps, params }) => readMember(deps, params.project, params.subject),
    },
    responses: { 200: { description: 'The member', schema: MEMBER_VIEW } },
  },
  ({ target }) => answer(200, toMember(target)),
);

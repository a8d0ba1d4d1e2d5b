import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { readMember, removeMember } from '../../lib/projects/members.ts';
import { audited } from './audited.ts';
import { MEMBER } from './shapes/paths.ts';

export const deleteMember = endpoint(
  {
    name: 'delete-member',
    method: 'DELETE',
    route: 'v1/projects/{project}/members/{subject}',
    summary: 'Take someone out of a project; roles of their token stay',
    tag: 'Projects',
    access: { role: 'admin' },
    params: MEMBER,
    locate: {
      what: 'member',
      find: ({ deps, params }) => readMember(deps, params.project, params.subject),
    },
    responses: { 204: { description: 'No member any more' } },
  },
  audited({
    what: 'member.delete',
    object: ({ params }) => ({ kind: 'member', name: params.subject }),
    async run({ deps, params }) {
      await removeMember(deps, params.project, params.subject);
      return { answer: answer(204) };
    },
  }),
);

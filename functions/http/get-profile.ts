import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { describeProfile } from '../../lib/profiles/store.ts';
import { PROFILE } from './shapes/paths.ts';
import { PROFILE_SUMMARY } from './shapes/profile.ts';

export const getProfile = endpoint(
  {
    name: 'get-profile',
    method: 'GET',
    route: 'v1/projects/{project}/profiles/{name}',
    summary: 'Read a profile: its cloud and its versions',
    tag: 'Profiles',
    access: { role: 'viewer' },
    params: PROFILE,
    locate: {
      what: 'profile',
      find: ({ deps, params }) => describeProfile(deps, params.project, params.name),
    },
    responses: { 200: { description: 'The profile', schema: PROFILE_SUMMARY } },
  },
  ({ target }) => answer(200, target),
);

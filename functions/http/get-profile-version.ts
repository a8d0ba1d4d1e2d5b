import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { readProfile } from '../../lib/profiles/store.ts';
import { PROFILE_VERSION } from './shapes/paths.ts';
import { PROFILE_VIEW, toProfile } from './shapes/profile.ts';

export const getProfileVersion = endpoint(
  {
    name: 'get-profile-version',
    method: 'GET',
    route: 'v1/projects/{project}/profiles/{name}/versions/{version}',
    summary: 'Read one version of a profile with its layers and values',
    tag: 'Profiles',
    access: { role: 'viewer' },
    params: PROFILE_VERSION,
    locate: {
      what: 'profile version',
      find: ({ deps, params }) => readProfile(deps, params.project, params.name, params.version),
    },
    responses: { 200: { description: 'The version', schema: PROFILE_VIEW } },
  },
  ({ target }) => answer(200, toProfile(target)),
);

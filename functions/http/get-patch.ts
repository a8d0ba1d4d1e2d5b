import { PATCH_VIEW } from '../../lib/api/schemas/operation.ts';
import { getRoute } from './shapes/operation-routes.ts';

export const getPatch = getRoute({
  name: 'get-patch',
  kind: 'patch',
  summary: 'Read a patching of the nodes',
  view: PATCH_VIEW,
});

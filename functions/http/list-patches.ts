import { PATCH_VIEW } from '../../lib/api/schemas/operation.ts';
import { listRoute } from './shapes/operation-routes.ts';

export const listPatches = listRoute({
  name: 'list-patches',
  kind: 'patch',
  summary: 'Patching of the nodes, newest first',
  view: PATCH_VIEW,
});

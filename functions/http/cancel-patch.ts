import { PATCH_VIEW } from '../../lib/api/schemas/operation.ts';
import { cancelRoute } from './shapes/operation-routes.ts';

export const cancelPatch = cancelRoute({
  name: 'cancel-patch',
  kind: 'patch',
  summary: 'Cancel a patching of the nodes; a node that is being patched is finished',
  view: PATCH_VIEW,
});

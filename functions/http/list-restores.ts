import { RESTORE_VIEW } from '../../lib/api/schemas/operation.ts';
import { listRoute } from './shapes/operation-routes.ts';

export const listRestores = listRoute({
  name: 'list-restores',
  kind: 'restore',
  summary: 'Restores into the cluster, newest first',
  view: RESTORE_VIEW,
});

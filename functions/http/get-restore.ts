import { RESTORE_VIEW } from '../../lib/api/schemas/operation.ts';
import { getRoute } from './shapes/operation-routes.ts';

export const getRestore = getRoute({
  name: 'get-restore',
  kind: 'restore',
  summary: 'Read a restore',
  view: RESTORE_VIEW,
});

import { RESTORE_VIEW } from '../../lib/api/schemas/operation.ts';
import { cancelRoute } from './shapes/operation-routes.ts';

export const cancelRestore = cancelRoute({
  name: 'cancel-restore',
  kind: 'restore',
  summary: 'Cancel a restore',
  view: RESTORE_VIEW,
});

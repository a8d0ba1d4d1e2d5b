import { BACKUP_VIEW } from '../../lib/api/schemas/operation.ts';
import { cancelRoute } from './shapes/operation-routes.ts';

export const cancelBackup = cancelRoute({
  name: 'cancel-backup',
  kind: 'backup',
  summary: 'Cancel a backup',
  view: BACKUP_VIEW,
});

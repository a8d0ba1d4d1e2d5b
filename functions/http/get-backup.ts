import { BACKUP_VIEW } from '../../lib/api/schemas/operation.ts';
import { getRoute } from './shapes/operation-routes.ts';

export const getBackup = getRoute({
  name: 'get-backup',
  kind: 'backup',
  summary: 'Read a backup',
  view: BACKUP_VIEW,
});

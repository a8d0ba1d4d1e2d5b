import { BACKUP_VIEW } from '../../lib/api/schemas/operation.ts';
import { listRoute } from './shapes/operation-routes.ts';

export const listBackups = listRoute({
  name: 'list-backups',
  kind: 'backup',
  summary: 'Backups of the cluster, newest first',
  view: BACKUP_VIEW,
});

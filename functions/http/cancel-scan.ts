import { SCAN_VIEW } from '../../lib/api/schemas/operation.ts';
import { cancelRoute } from './shapes/operation-routes.ts';

export const cancelScan = cancelRoute({
  name: 'cancel-scan',
  kind: 'scan',
  summary: 'Cancel a scan',
  view: SCAN_VIEW,
});

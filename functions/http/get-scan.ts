import { SCAN_VIEW } from '../../lib/api/schemas/operation.ts';
import { getRoute } from './shapes/operation-routes.ts';

export const getScan = getRoute({
  name: 'get-scan',
  kind: 'scan',
  summary: 'Read a scan; kube-bench by section',
  view: SCAN_VIEW,
});

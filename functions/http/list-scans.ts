import { SCAN_VIEW } from '../../lib/api/schemas/operation.ts';
import { SCAN_KINDS } from '../../lib/domain/agent.ts';
import { listRoute } from './shapes/operation-routes.ts';

export const listScans = listRoute({
  name: 'list-scans',
  kind: 'scan',
  summary: 'Scans of the cluster, newest first',
  view: SCAN_VIEW,
  filter: {
    name: 'kind',
    values: SCAN_KINDS,
    of: ({ spec }) => (spec.kind === 'scan' ? spec.scan : ''),
  },
});

import { endpoint } from '../../lib/api/endpoint.ts';
import { BACKUP_INPUT, BACKUP_VIEW } from '../../lib/api/schemas/operation.ts';
import { backupSpec } from '../../lib/operations/schedule.ts';
import { audited } from './audited.ts';
import { CLUSTER_TARGET, unlessFresh } from './shapes/cluster.ts';
import { withWarnings } from './shapes/operation.ts';
import { CLUSTER } from './shapes/paths.ts';
import { requested } from './shapes/requested-operation.ts';

export const createBackup = endpoint(
  {
    name: 'create-backup',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/{cluster}/backups',
    summary: 'Back the cluster up now',
    tag: 'Operations',
    access: { role: 'editor' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    precondition: unlessFresh,
    body: BACKUP_INPUT,
    bodyOptional: true,
    requestExamples: {
      whole: { summary: 'Everything, kept for a week', value: { retention: 'P7D' } },
      part: {
        summary: 'One namespace, without its disks, somewhere else',
        value: { namespaces: ['shop'], includeDisks: false, location: 'offsite' },
      },
    },
    responses: {
      201: {
        description: 'It waits for the agent; Location has its address',
        schema: withWarnings(BACKUP_VIEW),
      },
      409: { description: 'OPERATION_IN_PROGRESS or CLUSTER_DELETING' },
      422: { description: 'RETENTION_INVALID, BACKUP_LOCATION_NOT_FOUND' },
    },
  },
  audited({
    what: 'backup.start',
    object: ({ params }) => ({ kind: 'backup', name: params.cluster }),
    run: (call) => requested(call, call.target, backupSpec(call.body)),
  }),
);

import { endpoint } from '../../lib/api/endpoint.ts';
import { refused } from '../../lib/api/refused.ts';
import { RESTORE_INPUT, RESTORE_VIEW } from '../../lib/api/schemas/operation.ts';
import { restoreOf } from '../../lib/operations/request.ts';
import { audited } from './audited.ts';
import { OPERATION_PATH, operationTarget, withWarnings } from './shapes/operation.ts';
import { requested } from './shapes/requested-operation.ts';

export const restoreBackup = endpoint(
  {
    name: 'restore-backup',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/{cluster}/backups/{id}/restore',
    summary: 'Bring back what a backup kept; what is there already stays as it is',
    tag: 'Operations',
    access: { role: 'editor' },
    params: OPERATION_PATH,
    locate: operationTarget('backup'),
    body: RESTORE_INPUT,
    bodyOptional: true,
    requestExamples: {
      whole: { summary: 'Everything', value: {} },
      part: { summary: 'One namespace', value: { namespaces: ['shop'] } },
    },
    responses: {
      201: {
        description: 'It waits for the agent; Location has its address',
        schema: withWarnings(RESTORE_VIEW),
      },
      409: {
        description: 'BACKUP_NOT_USABLE, BACKUP_EXPIRED, OPERATION_IN_PROGRESS or CLUSTER_DELETING',
      },
      422: { description: 'A namespace that is no name' },
    },
  },
  audited({
    what: 'backup.restore',
    object: ({ params }) => ({ kind: 'backup', name: `${params.cluster}/${params.id}` }),
    async run(call) {
      const { cluster, operation } = call.target;
      const restore = restoreOf(operation, call.body.namespaces, call.deps.clock.now());
      return restore.ok ? requested(call, cluster, restore.value) : refused(restore.refusal);
    },
  }),
);

/** Topic `lifecycle`: CloudEvents about operations, for other systems. Delivered at least once; a repeat has the same id. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { LifecycleKind } from '../domain/lifecycle.ts';
import type { Announcement } from './document.ts';

export async function publishOperation(
  { queue }: Pick<Deps, 'queue'>,
  { id, project, name }: Pick<ClusterDocument, 'id' | 'project' | 'name'>,
  { operation, kind, state, message, at }: Announcement,
): Promise<void> {
  const type: LifecycleKind =
    state === 'Running' ? 'slipway.operation.started' : 'slipway.operation.finished';
  await queue.publishLifecycle({
    contentType: 'application/cloudevents+json',
    body: {
      specversion: '1.0',
      id: `${id}-${operation}-${state}`,
      source: `/projects/${project}/clusters/${name}`,
      type,
      subject: id,
      time: at,
      datacontenttype: 'application/json',
      data: { cluster: name, operation, kind, state, message },
    },
  });
}

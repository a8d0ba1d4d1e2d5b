/** Topic `lifecycle`: one CloudEvents 1.0 message per condition change and finished operation, for other systems. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument, LifecycleMessage } from '../domain/cluster.ts';

export async function publishOutbox(deps: Pick<Deps, 'queue'>, document: ClusterDocument): Promise<void> {
  for (const message of document.outbox) await publish(deps, document, message);
}

export async function publish(
  deps: Pick<Deps, 'queue'>,
  document: Pick<ClusterDocument, 'id' | 'project' | 'name'>,
  message: LifecycleMessage,
): Promise<void> {
  await deps.queue.publishLifecycle({
    contentType: 'application/cloudevents+json',
    body: {
      specversion: '1.0',
      id: message.id,
      source: `/projects/${document.project}/clusters/${document.name}`,
      type: message.type,
      subject: document.id,
      time: message.at,
      datacontenttype: 'application/json',
      data: message.data,
    },
  });
}

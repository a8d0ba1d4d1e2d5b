/**
 * Topic `lifecycle`: CloudEvents 1.0 for other systems, one per condition change, finished or stalled
 * operation and deleted cluster. Delivered at least once; a repeat has the same id.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument, JsonObject, Outbox, StepName } from '../domain/cluster.ts';
import type { Condition } from '../domain/conditions.ts';
import type { LifecycleKind } from '../domain/lifecycle.ts';
import { type Instant, toInstant } from '../domain/time.ts';

type PublishDeps = Pick<Deps, 'queue'>;

interface Message {
  readonly id: string;
  readonly type: LifecycleKind;
  readonly at: Instant;
  readonly data: JsonObject;
}

/** `document`: as its outbox was committed. */
export async function publishOutbox(deps: PublishDeps, document: ClusterDocument): Promise<void> {
  const { outbox } = document;
  if (!outbox) return;
  for (const message of messagesOf(document, outbox)) await publish(deps, document, message);
}

export async function publishDeleted(
  deps: PublishDeps & Pick<Deps, 'clock'>,
  document: ClusterDocument,
): Promise<void> {
  await publish(deps, document, {
    id: `${document.id}-deleted`,
    type: 'slipway.cluster.deleted',
    at: toInstant(deps.clock.now()),
    data: { cluster: document.name, generation: document.generation },
  });
}

function messagesOf(document: ClusterDocument, outbox: Outbox): readonly Message[] {
  const changed = document.conditions.filter(({ type }) => outbox.conditions.includes(type));
  const { finished, stalled = [] } = outbox;
  return [
    ...changed.map((condition) => conditionMessage(document, outbox, condition)),
    ...(finished === undefined ? [] : [finishedMessage(document, outbox, finished)]),
    ...stalled.flatMap((step) => stalledMessages(document, outbox, step)),
  ];
}

function conditionMessage(document: ClusterDocument, { wake, at }: Outbox, condition: Condition): Message {
  const { type, status, reason, message, observedGeneration } = condition;
  return {
    id: `${document.id}-${wake}-${type}`,
    type: 'slipway.condition.changed',
    at,
    data: {
      cluster: document.name,
      condition: type,
      status,
      reason,
      message,
      generation: observedGeneration,
    },
  };
}

function finishedMessage(document: ClusterDocument, { wake, at }: Outbox, generation: number): Message {
  return {
    id: `${document.id}-${wake}-finished`,
    type: 'slipway.operation.finished',
    at,
    data: { cluster: document.name, generation },
  };
}

/** None when the step was taken out of the cluster meanwhile. */
function stalledMessages(
  document: ClusterDocument,
  { wake, at }: Outbox,
  step: StepName,
): readonly Message[] {
  const record = document.steps[step];
  if (record === undefined) return [];
  const { title, condition, reason, message, changedAt } = record;
  const { name: cluster, generation } = document;
  return [
    {
      id: `${document.id}-${wake}-stalled-${step}`,
      type: 'slipway.operation.stalled',
      at,
      data: { cluster, task: step, title, condition, reason, message, since: changedAt, generation },
    },
  ];
}

async function publish(deps: PublishDeps, document: ClusterDocument, message: Message): Promise<void> {
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

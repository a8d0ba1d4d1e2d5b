/** Topic `lifecycle`: CloudEvents about health, for other systems. Delivered at least once; a repeat has the same id. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument, JsonObject } from '../domain/cluster.ts';
import type { Health, HealthStatus } from '../domain/health.ts';
import type { LifecycleKind } from '../domain/lifecycle.ts';
import type { Instant } from '../domain/time.ts';

type TellDeps = Pick<Deps, 'queue'>;

export async function tellStatus(
  deps: TellDeps,
  { id, project, name }: ClusterDocument,
  { status, reasons }: Health,
  { at, from }: { readonly at: Instant; readonly from: HealthStatus },
): Promise<void> {
  const problems = reasons.map(({ factor, code, message, node }) => ({
    factor,
    code,
    message,
    ...(node !== undefined && { node }),
  }));
  await tell(deps, {
    id: `${id}-health-${at}`,
    source: `/projects/${project}/clusters/${name}`,
    type: 'slipway.health.changed',
    subject: id,
    time: at,
    data: { cluster: name, from, status, reasons: problems },
  });
}

/** One message for all clusters that fell silent together, and one when that is over. */
export async function tellFleet(
  deps: TellDeps,
  what: 'silent' | 'heard',
  at: Instant,
  data: { readonly silent: number; readonly alive: number },
): Promise<void> {
  await tell(deps, {
    id: `fleet-${what}-${at}`,
    source: '/fleet',
    type: `slipway.fleet.${what}`,
    subject: 'fleet',
    time: at,
    data,
  });
}

interface Message {
  readonly id: string;
  readonly source: string;
  readonly type: LifecycleKind | `slipway.fleet.${'silent' | 'heard'}`;
  readonly subject: string;
  readonly time: Instant;
  readonly data: JsonObject;
}

async function tell({ queue }: TellDeps, message: Message): Promise<void> {
  await queue.publishLifecycle({
    contentType: 'application/cloudevents+json',
    body: { specversion: '1.0', datacontenttype: 'application/json', ...message },
  });
}

/**
 * Whether an object does what it is there for, judged by its own status as kubectl rollout status and kstatus do. Kinds
 * without such a status are ready once they exist. Pure.
 */
import { z } from 'zod';
import type { LiveObject } from '../kube/objects.ts';

const Conditions = z.array(z.object({ type: z.string(), status: z.string() })).catch([]);
const Count = z.number().catch(0);

const Status = z
  .object({
    observedGeneration: z.number().optional(),
    replicas: Count,
    updatedReplicas: Count,
    availableReplicas: Count,
    readyReplicas: Count,
    desiredNumberScheduled: Count,
    updatedNumberScheduled: Count,
    numberAvailable: Count,
    conditions: Conditions,
  })
  .partial()
  .catch({});
const Spec = z.object({ replicas: z.number().optional() }).catch({});

/** What is still missing; `undefined`: nothing. */
export function unready(kind: string, live: LiveObject): string | undefined {
  const status = Status.parse(live.status ?? {});
  const seen = status.observedGeneration ?? live.metadata.generation ?? 0;
  if (seen < (live.metadata.generation ?? 0)) return 'its change was not looked at yet';
  const wanted = Spec.parse(live.spec).replicas ?? 1;
  switch (kind) {
    case 'Deployment':
      return counted(Math.min(status.updatedReplicas ?? 0, status.availableReplicas ?? 0), wanted);
    case 'StatefulSet':
      return counted(
        Math.min(status.updatedReplicas ?? status.readyReplicas ?? 0, status.readyReplicas ?? 0),
        wanted,
      );
    case 'DaemonSet':
      return counted(
        Math.min(status.updatedNumberScheduled ?? 0, status.numberAvailable ?? 0),
        status.desiredNumberScheduled ?? 0,
      );
    case 'Job':
      return conditioned(status.conditions, 'Complete');
    case 'CustomResourceDefinition':
      return conditioned(status.conditions, 'Established');
    case 'APIService':
      return conditioned(status.conditions, 'Available');
    default:
      return undefined;
  }
}

const counted = (are: number, wanted: number): string | undefined =>
  are >= wanted ? undefined : `${are} of ${wanted} pods are ready`;

const conditioned = (conditions: z.output<typeof Conditions> = [], type: string): string | undefined =>
  conditions.some((condition) => condition.type === type && condition.status === 'True')
    ? undefined
    : `it is not ${type}`;

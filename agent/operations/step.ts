/**
 * One look at an operation: what it has come to, worked out of the cluster alone, so that a restart goes on where it was.
 */
import type { OperationResult } from '../../lib/domain/agent.ts';
import type { Clock, Logger } from '../../lib/domain/ports.ts';
import type { KubeClient, KubeFailure } from '../kube/client.ts';
import type { KubeObjects } from '../kube/objects.ts';

export type Step = Pick<OperationResult, 'state' | 'message' | 'progress' | 'data'>;

export interface OperationDeps {
  readonly kube: KubeClient;
  readonly objects: KubeObjects;
  /** The agent's own: Jobs run there. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export const running = (message: string, progress?: OperationResult['progress']): Step => ({
  state: 'Running',
  message,
  ...(progress === undefined ? {} : { progress }),
});

export const failed = (message: string): Step => ({ state: 'Failed', message });

export const CANCELLED = failed('Cancelled.');

/** What the API server refused may be allowed later; what it says is wrong stays wrong. */
export function troubled(error: KubeFailure): Step {
  const final = error.status === 400 || error.status === 403 || error.status === 422;
  return final ? failed(error.message) : running(error.message);
}

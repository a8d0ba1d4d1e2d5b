/**
 * Long-running operations: begun by a write, over at an instant drawn at the beginning, and asked about at
 * `/locations/X/operations/ID`. This file owns their life; what an operation does when it is over is settle.ts's table.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import { HOUR_MS } from '../../../lib/domain/time.ts';
import { type Failure, nextCount, type Operation, type State } from './state.ts';
import type { ArmReply, ArmRequest, World } from './world.ts';
import { reply } from './world.ts';

/** After that a finished operation answers 404, which clients must not take for a failure. */
export const OPERATION_KEPT_MS = 24 * HOUR_MS;

/** The operations under way, first to end first. */
export class RunningOperations {
  #queue: { readonly id: string; readonly endsAt: EpochMs }[] = [];

  constructor(state: State) {
    for (const operation of state.operations.values())
      if (operation.status === 'InProgress') this.add(operation);
  }

  add({ id, endsAt }: Operation): void {
    const at = this.#queue.findIndex((other) => other.endsAt > endsAt);
    this.#queue.splice(at < 0 ? this.#queue.length : at, 0, { id, endsAt });
  }

  /** Takes the next one that is over by `now`. */
  takeDue(now: EpochMs): string | undefined {
    const [first] = this.#queue;
    if (!first || first.endsAt > now) return undefined;
    this.#queue.shift();
    return first.id;
  }
}

export interface OperationStart
  extends Pick<
    Operation,
    'kind' | 'targetKey' | 'clusterKey' | 'namespace' | 'subscription' | 'location' | 'fails'
  > {
  readonly durationMs: number;
}

export function beginOperation(world: World, now: EpochMs, start: OperationStart): Operation {
  const { durationMs, ...rest } = start;
  const operation: Operation = {
    ...rest,
    id: world.chance.uuid(`operation/${nextCount(world.state, 'operation')}`),
    startedAt: now,
    endsAt: now + durationMs,
    status: 'InProgress',
  };
  world.state.operations.put(operation.id, operation);
  world.running.add(operation);
  return operation;
}

/** The failure that someone ordered for this operation, or the one that the handler foresees. */
export function lateFailure(world: World, request: ArmRequest, location: string): Failure | undefined {
  const fault = world.faults.takeError(request.operation, 'late', location);
  if (!fault) return undefined;
  return { code: fault.code, message: fault.message ?? `The operation failed with ${fault.code}.` };
}

export const runningOn = (state: State, operationId: string | undefined): Operation | undefined => {
  const operation = operationId === undefined ? undefined : state.operations.get(operationId);
  return operation?.status === 'InProgress' ? operation : undefined;
};

export function endOperation(world: World, operation: Operation, at: EpochMs, error?: Failure): void {
  world.state.operations.put(operation.id, {
    ...operation,
    endsAt: at,
    status: error ? 'Failed' : 'Succeeded',
    ...(error ? { error } : {}),
  });
}

/** Ends an operation because a later one took its place, or because someone aborted it. */
export function cancelOperation(world: World, operation: Operation, at: EpochMs, error: Failure): void {
  world.state.operations.put(operation.id, { ...operation, endsAt: at, status: 'Canceled', error });
}

/** Headers of an accepted write. `both`: Location as well, as deletes and actions have it. */
export function operationHeaders(
  request: ArmRequest,
  operation: Operation,
  which: 'async' | 'both',
): Record<string, string> {
  const status = operationUrl(request, operation, 'operations');
  const headers = { 'azure-asyncoperation': status, 'retry-after': retrySeconds(operation) };
  if (which === 'async') return headers;
  return { ...headers, location: operationUrl(request, operation, resultsWord(operation)) };
}

/** Compute and AKS say 10, the network's shorter operations 3. */
const retrySeconds = ({ namespace }: Operation): string => (namespace === 'Microsoft.Network' ? '3' : '10');

const resultsWord = ({ namespace }: Operation): string =>
  namespace === 'Microsoft.Network' ? 'operationResults' : 'operationresults';

function operationUrl(request: ArmRequest, operation: Operation, word: string): string {
  const { subscription, namespace, location, id } = operation;
  const base = `${request.origin}/subscriptions/${subscription}/providers/${namespace}/locations/${location}/${word}/${id}`;
  // AKS asks to be polled with its oldest api-version, whatever the write used; the others sign their links.
  if (namespace === 'Microsoft.ContainerService') return `${base}?api-version=2016-03-30`;
  return `${base}?api-version=${request.apiVersion}&t=${operation.startedAt}&c=${id.slice(0, 8)}&s=${id.slice(9, 13)}&h=${id.slice(-12)}`;
}

export function findOperation(world: World, request: ArmRequest): Operation | undefined {
  const operation = world.state.operations.get(request.param('operation').toLowerCase());
  const isOld =
    operation?.status !== 'InProgress' && (operation?.endsAt ?? 0) + OPERATION_KEPT_MS < request.now;
  return isOld ? undefined : operation;
}

/** GET .../operations/{id} */
export function operationStatus(operation: Operation): ArmReply {
  const { id, status, startedAt, endsAt, error } = operation;
  const body = {
    name: id,
    status,
    startTime: new Date(startedAt).toISOString(),
    ...(status === 'InProgress' ? {} : { endTime: new Date(endsAt).toISOString() }),
    ...(error ? { error } : {}),
  };
  return status === 'InProgress'
    ? reply(200, body, { 'retry-after': retrySeconds(operation) })
    : reply(200, body);
}

/** GET .../operationresults/{id}: 202 while it runs, 204 when it is done. */
export function operationResult(request: ArmRequest, operation: Operation): ArmReply {
  if (operation.status === 'InProgress')
    return reply(202, undefined, {
      location: operationUrl(request, operation, resultsWord(operation)),
      'retry-after': retrySeconds(operation),
    });
  return operation.error ? reply(409, { error: operation.error }) : reply(204);
}

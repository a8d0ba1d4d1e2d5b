/** The log subresource: what programs that ended have printed; services say little here. */
import type { Cluster } from './cluster.ts';
import { containersOf, initContainersOf, isToEnd, outcomeOf } from './containers.ts';
import type { ApiObject } from './object.ts';
import { finishedAt, nodeNameOf, phaseOf, silentNodes } from './pods.ts';
import { badRequest, StatusError } from './status-error.ts';

/** Throws a 400 for a container that is not there or has not begun, a 500 when its node is silent. */
export function podLog(cluster: Cluster, pod: ApiObject, query: URLSearchParams): string {
  const containers = containersOf(pod);
  const { name } = pod.metadata;
  const asked = query.get('container');
  const names = containers.map((one) => one.name);
  if (asked === null && containers.length > 1) {
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    );
  }
  const container =
    asked === null
      ? containers[0]
      : [...initContainersOf(pod), ...containers].find((one) => one.name === asked);
  if (container === undefined) throw badRequest(`container ${asked} is not valid for pod ${name}`);
  if (phaseOf(pod) === 'Pending') {
    throw badRequest(`container "${container.name}" in pod "${name}" is waiting to start: ContainerCreating`);
  }
  if (silentNodes(cluster).has(nodeNameOf(pod) ?? '')) {
    throw new StatusError(
      500,
      'InternalError',
      `Get "https://${nodeNameOf(pod)}:10250/containerLogs": dial tcp: i/o timeout`,
    );
  }
  if (!isToEnd(pod)) return `${container.name} is running\n`;
  const printed = finishedAt(pod) === undefined ? '' : (outcomeOf(cluster, pod, container)?.log ?? '');
  return cut(printed, query);
}

function cut(text: string, query: URLSearchParams): string {
  const tail = query.get('tailLines');
  const lines = text.split('\n');
  const last = tail === null ? text : lines.slice(-Number(tail) - (text.endsWith('\n') ? 1 : 0)).join('\n');
  const limit = query.get('limitBytes');
  return limit === null ? last : Buffer.from(last).subarray(0, Number(limit)).toString('utf8');
}

/**
 * Ports of nodes that services are given: every port of a NodePort or LoadBalancer service has one that no other service
 * of the cluster has. https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
 */
import { z } from 'zod';
import type { Json, JsonObject } from '../../lib/domain/cluster.ts';
import { type Cluster, stored } from './cluster.ts';
import { type ApiObject, child, digest, isJsonObject, keyOf } from './object.ts';
import { resource } from './resources.ts';
import { invalid } from './status-error.ts';

/** `--service-node-port-range` of API servers. */
const FIRST = 30_000;
const COUNT = 2_768;

const Port = z.looseObject({
  port: z.number().int(),
  protocol: z.string().default('TCP'),
  nodePort: z.number().int().optional(),
});
type Port = z.output<typeof Port>;

/** Ports that it had stay its own while it does not ask for others. Throws a 422. */
export function withNodePorts(cluster: Cluster, live: ApiObject | undefined, service: ApiObject): ApiObject {
  const spec = child(service, 'spec');
  const ports = portsOf(service);
  if (ports.length === 0 || !hasNodePorts(spec)) return service;
  const taken = takenByOthers(cluster, service);
  const had = live === undefined ? [] : portsOf(live);
  const given = ports.map((port) => {
    const nodePort = port.nodePort ?? formerOf(had, port, taken) ?? freePort(service, port, taken);
    if (taken.has(nodePort)) throw refused(service, nodePort, 'provided port is already allocated');
    if (nodePort < FIRST || nodePort >= FIRST + COUNT) {
      throw refused(
        service,
        nodePort,
        'provided port is not in the valid range. The range of valid ports is 30000-32767',
      );
    }
    taken.add(nodePort);
    return { ...port, nodePort };
  });
  return { ...service, spec: { ...spec, ports: given.map(asJson) } };
}

const hasNodePorts = ({ type, allocateLoadBalancerNodePorts }: JsonObject): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

const portsOf = (service: ApiObject): readonly Port[] =>
  z.array(Port).catch([]).parse(child(service, 'spec').ports);

function takenByOthers(cluster: Cluster, service: ApiObject): Set<number> {
  const others = stored(cluster, resource('services')).filter((other) => keyOf(other) !== keyOf(service));
  return new Set(
    others.flatMap(portsOf).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort])),
  );
}

const formerOf = (
  had: readonly Port[],
  { port, protocol }: Port,
  taken: ReadonlySet<number>,
): number | undefined => {
  const former = had.find((one) => one.port === port && one.protocol === protocol)?.nodePort;
  return former === undefined || taken.has(former) ? undefined : former;
};

/** Begins where the name says, so that a run can be repeated. */
function freePort(service: ApiObject, { port }: Port, taken: ReadonlySet<number>): number {
  const start = Number.parseInt(digest(`${keyOf(service)}/${port}`).slice(0, 8), 16);
  for (let tried = 0; tried < COUNT; tried++) {
    const candidate = FIRST + ((start + tried) % COUNT);
    if (!taken.has(candidate)) return candidate;
  }
  throw refused(service, FIRST, 'failed to allocate a nodePort: range is full');
}

const refused = ({ metadata }: ApiObject, nodePort: number, why: string) =>
  invalid(
    `Service "${metadata.name}" is invalid: spec.ports[0].nodePort: Invalid value: ${nodePort}: ${why}`,
  );

/** Parsed out of JSON, whatever else was in it. */
const asJson = (port: Port): JsonObject => {
  const copy: Json = JSON.parse(JSON.stringify(port));
  return isJsonObject(copy) ? copy : {};
};

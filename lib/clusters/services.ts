/**
 * The services of a cluster that can be opened from outside, whoever made them, with the links to open them. What the
 * agent has seen last is what there is: a service that is gone is gone from its list. Pure.
 */
import { isIPv6 } from 'node:net';
import type { NodeReport, ServiceReport } from '../domain/agent.ts';

type Port = ServiceReport['ports'][number];

export interface ServiceView {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** `profile`: a pack of ours made it. */
  readonly managedBy: 'profile' | 'external';
  readonly pack: string | null;
  /** A load balancer that has no address yet. */
  readonly pending: boolean;
  /** Ready to open; one for each port that could be of the web. */
  readonly urls: readonly string[];
  /** Of the load balancer, or of the nodes that answer for it. */
  readonly addresses: readonly string[];
  readonly ports: readonly Port[];
}

const WEB_PORTS = { http: 80, https: 443 } as const;
type Scheme = keyof typeof WEB_PORTS;
const SECURE_PORTS: ReadonlySet<number> = new Set([443, 6443, 8443, 9443]);
/** Known to speak something that no browser opens: SSH, SMTP, DNS, databases, queues. IANA's registry of port numbers. */
const NO_WEB_PORTS: ReadonlySet<number> = new Set([
  22, 25, 53, 110, 143, 389, 465, 587, 636, 993, 995, 1433, 1521, 3306, 3389, 5432, 5671, 5672, 6379, 9042,
  9092, 27017,
]);
/** Enough to reach it when some do not answer. */
const MAX_NODE_ADDRESSES = 3;

/** By namespace and name. */
export function serviceViews(
  services: readonly ServiceReport[],
  nodes: readonly NodeReport[],
): readonly ServiceView[] {
  const hosts = nodeAddresses(nodes);
  return services
    .map((service) => serviceView(service, hosts))
    .sort((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name));
}

function serviceView(service: ServiceReport, hosts: readonly string[]): ServiceView {
  const { namespace, name, type, ports, ingress, pack } = service;
  const isBalanced = type === 'LoadBalancer';
  const addresses = isBalanced ? ingress : hosts;
  return {
    namespace,
    name,
    type,
    managedBy: pack === undefined ? 'external' : 'profile',
    pack: pack ?? null,
    pending: isBalanced && ingress.length === 0,
    urls: ports.flatMap((port) => urlOf(port, addresses[0], isBalanced ? port.port : port.nodePort)),
    addresses,
    ports,
  };
}

function urlOf(port: Port, host: string | undefined, number: number | undefined): readonly string[] {
  const scheme = schemeOf(port);
  if (scheme === undefined || host === undefined || number === undefined || number === 0) return [];
  const authority = isIPv6(host) ? `[${host}]` : host;
  return [`${scheme}://${authority}${number === WEB_PORTS[scheme] ? '' : `:${number}`}/`];
}

/** What the service itself says comes before what its port's number suggests. */
function schemeOf({ name = '', port, protocol = 'TCP', appProtocol = '' }: Port): Scheme | undefined {
  if (protocol !== 'TCP') return undefined;
  for (const said of [appProtocol, name].map((text) => text.toLowerCase())) {
    if (/(^|[^a-z])(https|wss)($|[^a-z])/.test(said)) return 'https';
    if (/(^|[^a-z])(http|ws|h2c)($|[^a-z0-9])/.test(said)) return 'http';
  }
  if (SECURE_PORTS.has(port)) return 'https';
  return NO_WEB_PORTS.has(port) ? undefined : 'http';
}

/** Workers first: the control plane's may be closed to the world. */
function nodeAddresses(nodes: readonly NodeReport[]): readonly string[] {
  const ready = nodes.filter(({ conditions }) =>
    conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
  const rank = ({ role }: NodeReport) => (role === 'worker' ? 0 : 1);
  return ready
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .flatMap(({ addresses }) => addresses?.[0] ?? [])
    .slice(0, MAX_NODE_ADDRESSES);
}

/**
 * Load balancers of a managed cluster: its cloud gives each service of that type a public address after a while, and
 * takes it back with the service. https://learn.microsoft.com/azure/aks/load-balancer-standard
 */
import type { EpochMs } from '../../lib/domain/time.ts';
import { type Cluster, drop, keep, stored } from './cluster.ts';
import { type ApiObject, child, digest } from './object.ts';
import { resource } from './resources.ts';

const CLEAN_UP = 'service.kubernetes.io/load-balancer-cleanup';
const SERVICES = resource('services');
/** From the wish to an address. Our estimate of a Standard Load Balancer with a new public address. */
const PROVISIONING_MS = 45_000;

export function runManagedBalancers(cluster: Cluster): void {
  for (const service of stored(cluster, SERVICES)) {
    if (isWanted(service)) give(cluster, service);
    else if (isOurs(service)) take(cluster, service);
  }
}

/** When the next service gets its address. */
export const balancesAt = (cluster: Cluster): EpochMs =>
  Math.min(
    Number.POSITIVE_INFINITY,
    ...stored(cluster, SERVICES)
      .filter((service) => isWanted(service) && !hasAddress(service))
      .map(readyAt),
  );

const isWanted = (service: ApiObject): boolean =>
  child(service, 'spec').type === 'LoadBalancer' && service.metadata.deletionTimestamp === undefined;

const isOurs = ({ metadata }: ApiObject): boolean => (metadata.finalizers ?? []).includes(CLEAN_UP);

const hasAddress = (service: ApiObject): boolean =>
  child(child(service, 'status'), 'loadBalancer').ingress !== undefined;

const readyAt = ({ metadata }: ApiObject): EpochMs =>
  Date.parse(metadata.creationTimestamp ?? '') + PROVISIONING_MS;

function give(cluster: Cluster, service: ApiObject): void {
  const { metadata } = service;
  const isReady = readyAt(service) <= cluster.nowMs;
  if (isOurs(service) && (hasAddress(service) || !isReady)) return;
  const finalizers = [...(metadata.finalizers ?? []).filter((name) => name !== CLEAN_UP), CLEAN_UP];
  const ingress = isReady ? { ingress: [{ ip: addressOf(cluster, service), ipMode: 'VIP' }] } : {};
  keep(cluster, SERVICES, {
    ...service,
    metadata: { ...metadata, finalizers },
    status: { loadBalancer: ingress },
  });
}

function take(cluster: Cluster, service: ApiObject): void {
  const { metadata } = service;
  const finalizers = (metadata.finalizers ?? []).filter((name) => name !== CLEAN_UP);
  if (metadata.deletionTimestamp !== undefined && finalizers.length === 0) {
    drop(cluster, SERVICES, service);
    return;
  }
  keep(cluster, SERVICES, {
    ...service,
    metadata: { ...metadata, finalizers },
    status: { loadBalancer: {} },
  });
}

/** One of Azure's; a function of the service, so nothing has to remember it. */
function addressOf({ id }: Cluster, { metadata }: ApiObject): string {
  const [a = 0, b = 0, c = 0] = Buffer.from(digest(`${id}/${metadata.uid ?? ''}`), 'hex');
  return `20.${a}.${b}.${Math.max(c % 255, 1)}`;
}

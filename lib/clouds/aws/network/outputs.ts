/**
 * What the network steps have recorded, for the steps that build on them. Later steps read these and never ask whether
 * the network was made by us or existed before.
 */
import type { ClusterView, Json, JsonObject } from '../../../domain/cluster.ts';

export const ACCOUNT_STEP = 'aws/account';
export const VPC_STEP = 'aws/vpc';
export const GATEWAY_STEP = 'aws/internet-gateway';
export const SUBNETS_STEP = 'aws/subnets';
export const ADDRESSES_STEP = 'aws/addresses';
export const NAT_STEP = 'aws/nat-gateways';
export const TABLES_STEP = 'aws/route-tables';
/** Public subnets reach the Internet gateway: a NAT gateway in a subnet that does not fails to start. */
export const PUBLIC_ROUTES_STEP = 'aws/public-routes';
/** Private subnets reach the NAT gateway of their zone: the network is complete after it. */
export const ROUTES_STEP = 'aws/routes';

/** Key of the route table of all public subnets; the private ones have their zones. */
export const PUBLIC_TABLE = 'public';

/** By zone name: `eu-central-1a`. */
export type ByZone = Readonly<Record<string, string>>;

export interface ClusterVpc {
  readonly id: string;
  /** IPv4 ranges; one for a VPC that we made. */
  readonly cidrs: readonly string[];
}

export interface ClusterSubnets {
  /** For the load balancer and the bastion. */
  readonly public: ByZone;
  /** Workers. */
  readonly private: ByZone;
  /** Control-plane machines: the private ones, unless static placement names others. */
  readonly controlPlane: ByZone;
}

/** `undefined` until the account was looked at. */
export function accountOf(
  view: Pick<ClusterView, 'outputs'>,
): { readonly accountId: string; readonly partition: string } | undefined {
  const outputs = view.outputs(ACCOUNT_STEP);
  const accountId = textOf(outputs.accountId);
  const partition = textOf(outputs.partition);
  return accountId === undefined || partition === undefined ? undefined : { accountId, partition };
}

/** `undefined` until there is one. */
export function vpcOf(view: Pick<ClusterView, 'outputs'>): ClusterVpc | undefined {
  const outputs = view.outputs(VPC_STEP);
  const id = textOf(outputs.vpcId);
  return id === undefined ? undefined : { id, cidrs: textsOf(outputs.cidrs) };
}

/** Zones that have a subnet by now; empty maps before. */
export function subnetsOf(view: Pick<ClusterView, 'outputs'>): ClusterSubnets {
  const outputs = view.outputs(SUBNETS_STEP);
  const workers = byZoneOf(outputs.private);
  return {
    public: byZoneOf(outputs.public),
    private: workers,
    controlPlane: outputs.controlPlane === undefined ? workers : byZoneOf(outputs.controlPlane),
  };
}

/** Zones of all pools and those that the network already has, sorted: networks only grow. */
export function zonesOf(view: Pick<ClusterView, 'outputs' | 'spec'>): readonly string[] {
  const { private: workers, controlPlane } = subnetsOf(view);
  const recorded = [...Object.keys(workers), ...Object.keys(controlPlane)];
  return [...new Set([...view.spec.pools.flatMap((pool) => pool.zones), ...recorded])].sort();
}

/** Public addresses from which the private subnets reach the outside, sorted; empty until they are known. */
export function natAddressesOf(view: Pick<ClusterView, 'outputs'>): readonly string[] {
  const made = Object.values(byZoneOf(view.outputs(ADDRESSES_STEP).publicIps));
  const found = textsOf(view.outputs(SUBNETS_STEP).natAddresses);
  return [...new Set([...made, ...found])].sort();
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function byZoneOf(value: Json | undefined): ByZone {
  return Object.fromEntries(
    Object.entries(objectOf(value)).flatMap(([zone, one]) => (typeof one === 'string' ? [[zone, one]] : [])),
  );
}

export function numbersOf(value: Json | undefined): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).flatMap(([key, one]) => (typeof one === 'number' ? [[key, one]] : [])),
  );
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

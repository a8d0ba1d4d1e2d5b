/**
 * What AKS refuses in a managed cluster, beyond what the type definitions refuse: names, tiers, channels, Entra
 * integration, keys, and changes of what cannot change. Each rule throws the service's refusal.
 */
import { z } from 'zod';
import { includesAddress, overlaps, parseAddress, parseCidr } from '../cidr.ts';
import { badRequest, propertyChangeNotAllowed } from '../errors.ts';
import type { Cluster, Principal, State } from '../state.ts';
import type { ClusterBody, ClusterProperties } from './aks-body.ts';

export const invalidParameter = (parameter: string, details: string) =>
  badRequest(
    'InvalidParameter',
    `The value of parameter ${parameter} is invalid. Error details: ${details}. Please see https://aka.ms/aks-naming-rules for more details.`,
    { target: parameter, bare: true },
  );

const missingParameter = (parameter: string) =>
  badRequest('InvalidParameter', `Required parameter ${parameter} is missing (null).`, {
    target: parameter,
    bare: true,
  });

export function checkClusterName(name: string): void {
  if (!/^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$/.test(name))
    throw invalidParameter(
      'resourceName',
      'the name must have 1 to 63 letters, digits, hyphens and underscores, and start and end with a letter or digit',
    );
}

/** Rules that hold for every PUT, first or later. */
export function checkClusterBody(body: ClusterBody): void {
  const properties = body.properties ?? {};
  checkSku(body);
  checkChannels(properties);
  checkEntra(properties);
  checkSshKeys(properties);
  checkNetworkProfile(properties);
}

export function checkNewCluster(state: State, body: ClusterBody): void {
  const { dnsPrefix, fqdnSubdomain, nodeResourceGroup } = body.properties ?? {};
  if (dnsPrefix === undefined && fqdnSubdomain === undefined) throw missingParameter('dnsPrefix');
  if (dnsPrefix !== undefined && !/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$/.test(dnsPrefix))
    throw invalidParameter(
      'dnsPrefix',
      'it must have 1 to 54 letters, digits and hyphens, and start and end with a letter or digit',
    );
  if (nodeResourceGroup !== undefined && !/^[-\w.()]{0,79}[-\w()]$/.test(nodeResourceGroup))
    throw invalidParameter('nodeResourceGroup', 'it must be a resource group name of at most 80 characters');
  checkServicePrincipal(state, body);
}

function checkSku({ sku }: ClusterBody): void {
  if (sku?.name !== undefined && !['Base', 'Automatic'].includes(sku.name))
    throw invalidParameter('sku.name', 'the allowed values are Base and Automatic');
  if (sku?.tier !== undefined && !['Free', 'Standard', 'Premium'].includes(sku.tier))
    throw invalidParameter('sku.tier', 'the allowed values are Free, Standard and Premium');
}

const CHANNELS = ['none', 'patch', 'stable', 'rapid', 'node-image'];
const NODE_CHANNELS = ['None', 'Unmanaged', 'NodeImage', 'SecurityPatch'];

function checkChannels({ autoUpgradeProfile }: ClusterProperties): void {
  const { upgradeChannel, nodeOSUpgradeChannel } = autoUpgradeProfile ?? {};
  if (upgradeChannel !== undefined && !CHANNELS.includes(upgradeChannel))
    throw invalidParameter(
      'autoUpgradeProfile.upgradeChannel',
      `the allowed values are ${CHANNELS.join(', ')}`,
    );
  if (nodeOSUpgradeChannel !== undefined && !NODE_CHANNELS.includes(nodeOSUpgradeChannel))
    throw invalidParameter(
      'autoUpgradeProfile.nodeOSUpgradeChannel',
      `the allowed values are ${NODE_CHANNELS.join(', ')}`,
    );
  if (upgradeChannel === 'node-image' && (nodeOSUpgradeChannel ?? 'NodeImage') !== 'NodeImage')
    throw invalidParameter(
      'autoUpgradeProfile.nodeOSUpgradeChannel',
      'upgradeChannel node-image needs nodeOSUpgradeChannel NodeImage',
    );
}

function checkEntra({ aadProfile, disableLocalAccounts, enableRBAC }: ClusterProperties): void {
  for (const id of aadProfile?.adminGroupObjectIDs ?? [])
    if (!z.guid().safeParse(id).success)
      throw invalidParameter('aadProfile.adminGroupObjectIDs', `'${id}' is not a GUID`);
  if (aadProfile && aadProfile.managed !== true)
    throw invalidParameter('aadProfile.managed', 'legacy Entra integration is retired; managed must be true');
  if (aadProfile && enableRBAC === false)
    throw invalidParameter('aadProfile', 'Entra integration needs enableRBAC');
  if (disableLocalAccounts === true && !aadProfile)
    throw badRequest(
      'BadRequest',
      'disableLocalAccounts can only be set to true for AAD integrated clusters.',
      { target: 'disableLocalAccounts', bare: true },
    );
}

/** AKS documents RSA keys for Linux nodes; OpenSSH's public format is a base64 of length-prefixed fields (RFC 4253). */
function checkSshKeys({ linuxProfile }: ClusterProperties): void {
  for (const { keyData } of linuxProfile?.ssh.publicKeys ?? [])
    if (!isRsaKey(keyData))
      throw invalidParameter('linuxProfile.ssh.publicKeys.keyData', 'Provided SSH public key is invalid');
}

function isRsaKey(keyData: string): boolean {
  const [kind, base64 = ''] = keyData.trim().split(/\s+/);
  if (kind !== 'ssh-rsa' || !/^[A-Za-z0-9+/]+=*$/.test(base64)) return false;
  const [algorithm, exponent, modulus] = fieldsOf(Buffer.from(base64, 'base64'));
  return algorithm?.toString() === 'ssh-rsa' && exponent !== undefined && (modulus?.length ?? 0) >= 256;
}

function fieldsOf(blob: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return [];
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

const PLUGINS = ['azure', 'kubenet', 'none'];
/** Documented for services, pods and the network of the nodes. */
const RESERVED_RANGES = ['169.254.0.0/16', '172.30.0.0/16', '172.31.0.0/16', '192.0.2.0/24']
  .map(parseCidr)
  .filter((range) => range !== undefined);
export const DEFAULT_SERVICE_CIDR = '10.0.0.0/16';
export const DEFAULT_DNS_SERVICE_IP = '10.0.0.10';

function checkNetworkProfile({ networkProfile = {} }: ClusterProperties): void {
  const { networkPlugin, networkPluginMode, podCidr, serviceCidr, dnsServiceIP } = networkProfile;
  if (networkPlugin !== undefined && !PLUGINS.includes(networkPlugin))
    throw invalidParameter('networkProfile.networkPlugin', `the allowed values are ${PLUGINS.join(', ')}`);
  if (networkPluginMode !== undefined && networkPlugin !== undefined && networkPlugin !== 'azure')
    throw invalidParameter('networkProfile.networkPluginMode', 'overlay needs networkPlugin azure');
  const services = parseCidr(serviceCidr ?? DEFAULT_SERVICE_CIDR);
  if (!services) throw invalidParameter('networkProfile.serviceCidr', 'Cidr is invalid');
  if (RESERVED_RANGES.some((range) => overlaps(range, services)))
    throw invalidParameter('networkProfile.serviceCidr', `${services.text} is in a range that AKS reserves`);
  if (services.bits < 12)
    throw invalidParameter('networkProfile.serviceCidr', 'the service CIDR must be smaller than /12');
  const pods = podCidr === undefined ? undefined : parseCidr(podCidr);
  if (podCidr !== undefined && !pods) throw invalidParameter('networkProfile.podCidr', 'Cidr is invalid');
  if (pods && RESERVED_RANGES.some((range) => overlaps(range, pods)))
    throw invalidParameter('networkProfile.podCidr', `${pods.text} is in a range that AKS reserves`);
  if (pods && overlaps(pods, services))
    throw invalidParameter('networkProfile.podCidr', 'the pod CIDR overlaps the service CIDR');
  if (serviceCidr !== undefined && dnsServiceIP === undefined && serviceCidr !== DEFAULT_SERVICE_CIDR)
    throw missingParameter('networkProfile.dnsServiceIP');
  const dns = parseAddress(dnsServiceIP ?? DEFAULT_DNS_SERVICE_IP);
  if (dns === undefined || !includesAddress(services, dns) || dns <= services.first + 1)
    throw badRequest(
      'DnsServiceIpOutOfServiceCidr',
      `The DNS service IP ${dnsServiceIP ?? DEFAULT_DNS_SERVICE_IP} must be within the service CIDR ${services.text} and not its first address.`,
      { target: 'networkProfile.dnsServiceIP', bare: true },
    );
}

/** A cluster acts in the subscription as its identity or as a service principal; one of them it must have. */
function checkServicePrincipal(state: State, { identity, properties }: ClusterBody): void {
  const given = properties?.servicePrincipalProfile;
  const hasIdentity = identity?.type !== undefined && identity.type !== 'None';
  if (!given && !hasIdentity) throw missingParameter('servicePrincipalProfile');
  if (!given || given.clientId === 'msi') return;
  checkSecret(state, given);
}

/** AKS signs in as the application before it believes that it can run as it. */
export function checkSecret(
  state: State,
  given: { readonly clientId: string; readonly secret?: string | undefined },
): void {
  const principal = findByClientId(state, given.clientId);
  if (!principal)
    throw badRequest(
      'ServicePrincipalNotFound',
      `Service principal clientID: ${given.clientId} not found in Active Directory, Please see https://aka.ms/aks-sp-help for more details.`,
      { bare: true },
    );
  if (!principal.secrets.some(({ value }) => value === given.secret))
    throw badRequest(
      'ServicePrincipalValidationClientError',
      `Details: AADSTS7000215: Invalid client secret provided for app '${given.clientId}'. Please see https://aka.ms/aks-sp-help for more details.`,
      { bare: true },
    );
}

export const findByClientId = (state: State, clientId: string): Principal | undefined =>
  state.principals.values().find((known) => known.clientId?.toLowerCase() === clientId.toLowerCase());

const FIXED = ['dnsPrefix', 'fqdnSubdomain', 'nodeResourceGroup', 'enableRBAC'] as const;
const FIXED_NETWORK = ['networkPlugin', 'serviceCidr', 'dnsServiceIP', 'podCidr', 'loadBalancerSku'] as const;

/** What an existing cluster cannot change; what a PUT leaves out stays as it is. */
export function checkClusterChange(existing: Cluster, { properties = {} }: ClusterBody): void {
  const before = existing.properties;
  for (const name of FIXED)
    if (differs(before[name], properties[name])) throw propertyChangeNotAllowed(`properties.${name}`);
  for (const name of FIXED_NETWORK)
    if (differs(before.networkProfile?.[name], properties.networkProfile?.[name]))
      throw propertyChangeNotAllowed(`properties.networkProfile.${name}`);
  if (differs(before.linuxProfile?.adminUsername, properties.linuxProfile?.adminUsername))
    throw propertyChangeNotAllowed('properties.linuxProfile.adminUsername');
  // `msi` stands for no service principal at all.
  const clientId = before.servicePrincipalProfile?.clientId ?? 'msi';
  if (differs(clientId, properties.servicePrincipalProfile?.clientId))
    throw propertyChangeNotAllowed('properties.servicePrincipalProfile.clientId');
  const { enablePrivateCluster } = properties.apiServerAccessProfile ?? {};
  if (differs(before.apiServerAccessProfile?.enablePrivateCluster ?? false, enablePrivateCluster))
    throw propertyChangeNotAllowed('properties.apiServerAccessProfile.enablePrivateCluster');
  // Documented: Entra integration cannot be switched off once it is on.
  if (before.aadProfile && !properties.aadProfile) throw propertyChangeNotAllowed('properties.aadProfile');
}

export function differs(
  before: string | number | boolean | undefined,
  after: string | number | boolean | undefined,
): boolean {
  if (after === undefined) return false;
  return String(before ?? '').toLowerCase() !== String(after).toLowerCase();
}

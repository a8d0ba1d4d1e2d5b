/**
 * The part of AKS request bodies that the simulated service understands. Whether a body is well-formed at all was
 * decided before, against the published type definitions; here it only gets types. Members that nothing here reads are
 * kept and echoed.
 */
import { z } from 'zod';

const tags = z.record(z.string(), z.string());

export const poolProperties = z.looseObject({
  count: z.int().optional(),
  vmSize: z.string().optional(),
  osDiskSizeGB: z.int().optional(),
  osDiskType: z.string().optional(),
  vnetSubnetID: z.string().optional(),
  podSubnetID: z.string().optional(),
  maxPods: z.int().optional(),
  osType: z.string().optional(),
  osSKU: z.string().optional(),
  enableAutoScaling: z.boolean().optional(),
  minCount: z.int().optional(),
  maxCount: z.int().optional(),
  type: z.string().optional(),
  mode: z.string().optional(),
  orchestratorVersion: z.string().optional(),
  availabilityZones: z.array(z.string()).optional(),
  scaleSetPriority: z.string().optional(),
  scaleSetEvictionPolicy: z.string().optional(),
  tags: tags.optional(),
  nodeLabels: tags.optional(),
  nodeTaints: z.array(z.string()).optional(),
});
export type PoolProperties = Readonly<z.infer<typeof poolProperties>>;

const poolProfile = poolProperties.extend({ name: z.string() });
export type PoolProfile = Readonly<z.infer<typeof poolProfile>>;

const networkProfile = z.looseObject({
  networkPlugin: z.string().optional(),
  networkPluginMode: z.string().optional(),
  networkPolicy: z.string().optional(),
  networkDataplane: z.string().optional(),
  podCidr: z.string().optional(),
  serviceCidr: z.string().optional(),
  dnsServiceIP: z.string().optional(),
  outboundType: z.string().optional(),
  loadBalancerSku: z.string().optional(),
});
export type NetworkProfile = Readonly<z.infer<typeof networkProfile>>;

export const clusterProperties = z.looseObject({
  kubernetesVersion: z.string().optional(),
  dnsPrefix: z.string().optional(),
  fqdnSubdomain: z.string().optional(),
  nodeResourceGroup: z.string().optional(),
  enableRBAC: z.boolean().optional(),
  disableLocalAccounts: z.boolean().optional(),
  linuxProfile: z
    .looseObject({
      adminUsername: z.string(),
      ssh: z.looseObject({ publicKeys: z.array(z.looseObject({ keyData: z.string() })) }),
    })
    .optional(),
  servicePrincipalProfile: z.looseObject({ clientId: z.string(), secret: z.string().optional() }).optional(),
  aadProfile: z
    .looseObject({
      managed: z.boolean().optional(),
      enableAzureRBAC: z.boolean().optional(),
      adminGroupObjectIDs: z.array(z.string()).optional(),
      tenantID: z.string().optional(),
    })
    .optional(),
  autoUpgradeProfile: z
    .looseObject({ upgradeChannel: z.string().optional(), nodeOSUpgradeChannel: z.string().optional() })
    .optional(),
  apiServerAccessProfile: z
    .looseObject({
      enableVnetIntegration: z.boolean().optional(),
      enablePrivateCluster: z.boolean().optional(),
      subnetId: z.string().optional(),
    })
    .optional(),
  networkProfile: networkProfile.optional(),
});
export type ClusterProperties = Readonly<z.infer<typeof clusterProperties>>;

export const clusterBody = z.looseObject({
  location: z.string(),
  tags: tags.optional(),
  sku: z.looseObject({ name: z.string().optional(), tier: z.string().optional() }).optional(),
  identity: z
    .looseObject({
      type: z.string().optional(),
      userAssignedIdentities: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  properties: clusterProperties.extend({ agentPoolProfiles: z.array(poolProfile).optional() }).optional(),
});
export type ClusterBody = Readonly<z.infer<typeof clusterBody>>;

export const poolBody = z.looseObject({ properties: poolProperties.optional() });

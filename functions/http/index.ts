/** Every route of the API. A route that is not in this list does not exist. */
import type { Endpoint } from '../../lib/api/endpoint.ts';
import { openApiEndpoint } from '../../lib/api/openapi.ts';
import { cancelBackup } from './cancel-backup.ts';
import { cancelPatch } from './cancel-patch.ts';
import { cancelRestore } from './cancel-restore.ts';
import { cancelScan } from './cancel-scan.ts';
import { checkCloudAccount } from './check-cloud-account.ts';
import { checkEgress } from './check-egress.ts';
import { createBackup } from './create-backup.ts';
import { createCloudAccount } from './create-cloud-account.ts';
import { createCluster } from './create-cluster.ts';
import { createPatch } from './create-patch.ts';
import { createPool } from './create-pool.ts';
import { createScan } from './create-scan.ts';
import { deleteCloudAccount } from './delete-cloud-account.ts';
import { deleteCluster } from './delete-cluster.ts';
import { deleteMember } from './delete-member.ts';
import { deletePool } from './delete-pool.ts';
import { deleteProject } from './delete-project.ts';
import { enrollAgent } from './enroll-agent.ts';
import { getAgentDefinition } from './get-agent-definition.ts';
import { getAwsPolicy } from './get-aws-policy.ts';
import { getAzureRole } from './get-azure-role.ts';
import { getBackup } from './get-backup.ts';
import { getCloudAccount } from './get-cloud-account.ts';
import { getCluster } from './get-cluster.ts';
import { getClusterHealth } from './get-cluster-health.ts';
import { getClusterStatus } from './get-cluster-status.ts';
import { getClusterUsage } from './get-cluster-usage.ts';
import { getKubeconfig } from './get-kubeconfig.ts';
import { getMember } from './get-member.ts';
import { getNode } from './get-node.ts';
import { getNodeUsage } from './get-node-usage.ts';
import { getPatch } from './get-patch.ts';
import { getPlatformHealth } from './get-platform-health.ts';
import { getPool } from './get-pool.ts';
import { getPoolSpot } from './get-pool-spot.ts';
import { getProfile } from './get-profile.ts';
import { getProfileVersion } from './get-profile-version.ts';
import { getProject } from './get-project.ts';
import { getResolvedProfile } from './get-resolved-profile.ts';
import { getRestore } from './get-restore.ts';
import { getScan } from './get-scan.ts';
import { getSettings } from './get-settings.ts';
import { listAudit } from './list-audit.ts';
import { listBackups } from './list-backups.ts';
import { listCloudAccountOptions } from './list-cloud-account-options.ts';
import { listCloudAccounts } from './list-cloud-accounts.ts';
import { listClusterEvents } from './list-cluster-events.ts';
import { listClusterResources } from './list-cluster-resources.ts';
import { listClusters } from './list-clusters.ts';
import { listEgressRequirements } from './list-egress-requirements.ts';
import { listNodes } from './list-nodes.ts';
import { listPacks } from './list-packs.ts';
import { listPatches } from './list-patches.ts';
import { listPools } from './list-pools.ts';
import { listProfiles } from './list-profiles.ts';
import { listProjects } from './list-projects.ts';
import { listRestores } from './list-restores.ts';
import { listScans } from './list-scans.ts';
import { listSchedules } from './list-schedules.ts';
import { listServices } from './list-services.ts';
import { patchCloudAccount } from './patch-cloud-account.ts';
import { patchCluster } from './patch-cluster.ts';
import { patchPool } from './patch-pool.ts';
import { planCluster } from './plan-cluster.ts';
import { putHealthThresholds } from './put-health-thresholds.ts';
import { putMember } from './put-member.ts';
import { putPackValues } from './put-pack-values.ts';
import { putProject } from './put-project.ts';
import { putSettings } from './put-settings.ts';
import { receiveHeartbeat } from './receive-heartbeat.ts';
import { receiveResult } from './receive-result.ts';
import { reconcileCluster } from './reconcile-cluster.ts';
import { restoreBackup } from './restore-backup.ts';
import { testWebhook } from './test-webhook.ts';
import { validateCluster } from './validate-cluster.ts';

const routes: readonly Endpoint[] = [
  checkCloudAccount,
  checkEgress,
  createCloudAccount,
  createCluster,
  createPool,
  deleteCloudAccount,
  deleteCluster,
  deleteMember,
  deletePool,
  deleteProject,
  enrollAgent,
  getAgentDefinition,
  getAwsPolicy,
  getAzureRole,
  getCloudAccount,
  getClusterHealth,
  getClusterStatus,
  getClusterUsage,
  getCluster,
  getKubeconfig,
  getMember,
  getNode,
  getNodeUsage,
  getPlatformHealth,
  getPool,
  getPoolSpot,
  getProfileVersion,
  getProfile,
  getProject,
  getResolvedProfile,
  getSettings,
  listAudit,
  listCloudAccountOptions,
  listCloudAccounts,
  listClusterEvents,
  listClusterResources,
  listClusters,
  listEgressRequirements,
  listNodes,
  listPacks,
  listPools,
  listProfiles,
  listProjects,
  listServices,
  patchCloudAccount,
  patchCluster,
  patchPool,
  planCluster,
  putHealthThresholds,
  putMember,
  putPackValues,
  putProject,
  putSettings,
  testWebhook,
  receiveHeartbeat,
  reconcileCluster,
  listScans,
  getScan,
  cancelScan,
  createScan,
  listBackups,
  getBackup,
  cancelBackup,
  createBackup,
  restoreBackup,
  listRestores,
  getRestore,
  cancelRestore,
  listPatches,
  getPatch,
  cancelPatch,
  createPatch,
  listSchedules,
  receiveResult,
  validateCluster,
];

/** With the document that describes them all. */
export const endpoints: readonly Endpoint[] = [...routes, openApiEndpoint(routes)];

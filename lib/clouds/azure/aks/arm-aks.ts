/**
 * AksPort over @azure/arm-containerservice, for one cluster and one pass. Starts operations and observes resources;
 * no poller is ever awaited. The last answer about the cluster is kept for the read-modify-write that follows it.
 */
import { type AgentPool, ContainerServiceClient, type ManagedCluster } from '@azure/arm-containerservice';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import { type Accepted, type ArmSession, kick } from '../arm/session.ts';
import { settle, settleOptional } from '../errors.ts';
import type { ClusterAddress } from '../names.ts';
import { type Application, changedCluster, changedPool, clusterBody, poolBody } from './bodies.ts';
import { toCluster } from './model.ts';
import type { AksMachine, AksPort } from './port.ts';

export function openAks(session: ArmSession, at: ClusterAddress, application: Application): AksPort {
  const client = new ContainerServiceClient(session.credential, at.subscriptionId, session.options);
  const { managedClusters, agentPools, machines } = client;
  const target = [at.resourceGroup, at.name] as const;
  let last: ManagedCluster | undefined;

  const read = () =>
    settleOptional({ name: 'managedClusters.get', write: false }, () => managedClusters.get(...target));
  const start = (name: string, begin: Parameters<typeof kick>[0]) =>
    settle({ name, write: true }, () => kick(begin));

  /** The version that a plan was made from: this pass's own look when it is that one, else a fresh one. */
  async function base(etag: string | undefined): Promise<Result<ManagedCluster>> {
    if (last !== undefined && last.eTag === etag) return ok(last);
    const seen = await read();
    if (!seen.ok) return seen;
    return seen.value === undefined ? fail(gone('managedClusters.createOrUpdate')) : ok(seen.value);
  }

  return {
    async getCluster() {
      const seen = await read();
      if (!seen.ok) return seen;
      last = seen.value;
      return ok(seen.value === undefined ? undefined : toCluster(seen.value));
    },
    createCluster: (draft) =>
      start('managedClusters.createOrUpdate', (onResponse) =>
        managedClusters.createOrUpdate(...target, clusterBody(draft, application), {
          onResponse,
          ifNoneMatch: '*',
        }),
      ),
    async updateCluster(etag, settings, { withPools } = { withPools: false }) {
      const observed = await base(etag);
      if (!observed.ok) return observed;
      const body = changedCluster(observed.value, settings, { tenantId: application.tenantId, withPools });
      return start('managedClusters.createOrUpdate', (onResponse) =>
        managedClusters.createOrUpdate(...target, body, { onResponse, ...matching(etag) }),
      );
    },
    renewCredentials: () =>
      start('managedClusters.resetServicePrincipalProfile', (onResponse) =>
        managedClusters.resetServicePrincipalProfile(
          ...target,
          { clientId: application.clientId, secret: application.secret.reveal() },
          { onResponse },
        ),
      ),
    deleteCluster: () =>
      absentIsFine(
        start('managedClusters.delete', (onResponse) => managedClusters.delete(...target, { onResponse })),
      ),
    createPool: (draft) =>
      start('agentPools.createOrUpdate', (onResponse) =>
        agentPools.createOrUpdate(...target, draft.name, poolBody(draft), { onResponse, ifNoneMatch: '*' }),
      ),
    async updatePool(name, etag, settings) {
      const observed = await settle<AgentPool>({ name: 'agentPools.get', write: false }, () =>
        agentPools.get(...target, name),
      );
      if (!observed.ok) return observed;
      const body = changedPool(observed.value, settings);
      return start('agentPools.createOrUpdate', (onResponse) =>
        agentPools.createOrUpdate(...target, name, body, { onResponse, ...matching(etag) }),
      );
    },
    deletePool: (name, { ignoreBudgets }) =>
      absentIsFine(
        start('agentPools.delete', (onResponse) =>
          agentPools.delete(...target, name, { onResponse, ignorePodDisruptionBudget: ignoreBudgets }),
        ),
      ),
    listMachines: (pool) =>
      settle({ name: 'machines.list', write: false }, async () => {
        const found: AksMachine[] = [];
        for await (const machine of machines.list(...target, pool)) {
          const zone = machine.zones?.[0];
          found.push({
            name: machine.name ?? '',
            resourceId: machine.properties?.resourceId ?? '',
            ...(zone === undefined ? {} : { zone }),
          });
        }
        return found;
      }),
    deleteMachines: (pool, names) =>
      start('agentPools.deleteMachines', (onResponse) =>
        agentPools.deleteMachines(...target, pool, { machineNames: [...names] }, { onResponse }),
      ),
    async adminKubeconfig() {
      const answer = await settle({ name: 'managedClusters.listClusterAdminCredentials', write: false }, () =>
        managedClusters.listClusterAdminCredentials(...target),
      );
      if (!answer.ok) return answer;
      const value = answer.value.kubeconfigs?.[0]?.value;
      if (value === undefined) return fail(gone('managedClusters.listClusterAdminCredentials'));
      return ok(new Secret(new TextDecoder().decode(value)));
    },
  };
}

function matching(etag: string | undefined): { readonly ifMatch?: string } {
  return etag === undefined ? {} : { ifMatch: etag };
}

async function absentIsFine(deletion: Promise<Result<Accepted>>): Promise<Result<Accepted>> {
  const result = await deletion;
  return !result.ok && result.error.code === 'NotFound' ? ok({}) : result;
}

function gone(name: string) {
  return {
    code: 'NotFound',
    message: 'NotFound: the cluster is not there any more',
    source: `azure:${name}:Absent`,
  } as const;
}

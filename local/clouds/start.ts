/** The simulated clouds of local mode with their Kubernetes clusters, on cloud time, each keeping its state in a file. */
import type { DataDirectory } from '../data-directory.ts';
import { serveOnKeptPort } from '../kube/kept-port.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { serverIdentity } from '../kube/server-identity.ts';
import { SimulatedClusters } from '../kube/simulated-clusters.ts';
import { azureMachines } from '../workloads.ts';
import { startSimulatedAzure } from './azure/server.ts';
import type { AzureSimulator } from './azure/simulator.ts';
import { storedClock } from './kit/clock.ts';
import { sqliteRecords } from './kit/records.ts';

export interface SimulatedClouds {
  readonly azureUrl: string;
  readonly azure: AzureSimulator;
  readonly kubernetesUrl: string;
  readonly clusters: SimulatedClusters;
  close(): Promise<void>;
}

/** Stands in for the origin until the server listens: nothing asks for an address before a cluster exists. */
const NOT_YET = 'https://127.0.0.1:0';

export async function startClouds(data: DataDirectory, speed: number): Promise<SimulatedClouds> {
  const store = new ObjectStore(data.file('kubernetes.db'));
  const identity = serverIdentity(store);
  const parts: { azure?: AzureSimulator; kubernetesUrl: string } = { kubernetesUrl: NOT_YET };
  const azureNow = (): AzureSimulator => {
    if (!parts.azure) throw new Error('The simulated Azure is not there yet');
    return parts.azure;
  };
  const records = sqliteRecords(data.file('azure.db'));
  const clock = storedClock(records, speed);
  const clusters = new SimulatedClusters({
    source: azureMachines(azureNow, clock),
    clock: { now: () => clock.now(), monotonic: () => clock.now() },
    secret: await data.key('kubernetes.key'),
    baseUrl: () => parts.kubernetesUrl,
    certificateAuthority: identity.certificate,
    store,
    tokenFor: (uid) => azureNow().cluster(uid)?.adminToken ?? '',
  });
  const kubernetes = await serveOnKeptPort({ clusters, identity }, store);
  parts.kubernetesUrl = `https://127.0.0.1:${kubernetes.port}`;
  const azure = await startSimulatedAzure({
    records,
    clock,
    seed: await data.key('azure.key'),
    settings: {
      kubernetesUrl: ({ uid }) => `${parts.kubernetesUrl}/clusters/${uid}`,
      kubernetesAuthority: () => ({ certificateAuthority: identity.certificate, serverName: 'localhost' }),
      isCordoned: ({ clusterUid, name }) => clusters.isCordoned(clusterUid, name),
      heldBy: ({ clusterUid, name }) => clusters.heldBy(clusterUid, name),
      clusterGone: (uid) => clusters.forget(uid),
    },
  });
  parts.azure = azure.simulator;
  return {
    azureUrl: azure.url,
    azure: azure.simulator,
    kubernetesUrl: parts.kubernetesUrl,
    clusters,
    async close() {
      await azure.close();
      await kubernetes.close();
      store.close();
    },
  };
}

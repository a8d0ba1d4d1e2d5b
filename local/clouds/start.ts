/** The simulated clouds of local mode with their Kubernetes clusters, on one cloud time, each keeping its state in a file. */
import type { DataDirectory } from '../data-directory.ts';
import { serveOnKeptPort } from '../kube/kept-port.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { serverIdentity } from '../kube/server-identity.ts';
import { SimulatedClusters } from '../kube/simulated-clusters.ts';
import { startKubeGateway } from '../machines/kube-gateway.ts';
import { createMachineSide, type SimulatedMachines } from '../machines/machine-side.ts';
import { azureMachines, ofAnyCloud } from '../workloads.ts';
import { startSimulatedAws } from './aws/server.ts';
import type { AwsSimulator } from './aws/simulator.ts';
import { startSimulatedAzure } from './azure/server.ts';
import type { AzureSimulator } from './azure/simulator.ts';
import { type CloudClock, storedClock } from './kit/clock.ts';
import { type Records, sqliteRecords } from './kit/records.ts';

export interface SimulatedClouds {
  readonly azureUrl: string;
  readonly azure: AzureSimulator;
  readonly awsUrl: string;
  readonly aws: AwsSimulator;
  readonly machines: SimulatedMachines;
  readonly kubernetesUrl: string;
  /** `host:port` through which API servers behind simulated load balancers are reached. */
  readonly kubeGateway: string;
  readonly clusters: SimulatedClusters;
  close(): Promise<void>;
}

/** Stands in for the origin until the server listens: nothing asks for an address before a cluster exists. */
const NOT_YET = 'https://127.0.0.1:0';

export async function startClouds(data: DataDirectory, speed: number): Promise<SimulatedClouds> {
  const store = new ObjectStore(data.file('kubernetes.db'));
  const identity = serverIdentity(store);
  const azureRecords = sqliteRecords(data.file('azure.db'));
  const clock = storedClock(azureRecords, speed);
  const azure = late<AzureSimulator>('Azure');
  const machines = late<SimulatedMachines>('machines');
  let kubernetesUrl = NOT_YET;
  const clusters = new SimulatedClusters({
    source: ofAnyCloud(azureMachines(azure.get, clock), () => machines.get().source),
    clock: { now: () => clock.now(), monotonic: () => clock.now() },
    wallTime: (ms) => clock.wallNow() - (clock.now() - ms) / speed,
    secret: await data.key('kubernetes.key'),
    baseUrl: () => kubernetesUrl,
    certificateAuthority: identity.certificate,
    store,
    tokenFor: (uid) => azure.get().cluster(uid)?.adminToken ?? '',
  });
  const kubernetes = await serveOnKeptPort({ clusters, identity }, store);
  kubernetesUrl = `https://127.0.0.1:${kubernetes.port}`;
  const azureServer = await startSimulatedAzure({
    records: azureRecords,
    clock,
    seed: await data.key('azure.key'),
    settings: {
      kubernetesUrl: ({ uid }) => `${kubernetesUrl}/clusters/${uid}`,
      kubernetesAuthority: () => ({ certificateAuthority: identity.certificate, serverName: 'localhost' }),
      isCordoned: ({ clusterUid, name }) => clusters.isCordoned(clusterUid, name),
      heldBy: ({ clusterUid, name }) => clusters.heldBy(clusterUid, name),
      clusterGone: (uid) => clusters.forget(uid),
    },
  });
  azure.set(azureServer.simulator);
  const aws = await startAws({ data, clock, clusters, machines });
  const gateway = await startKubeGateway({ machines: machines.get(), clusters, clock, port: 0 });
  return {
    azureUrl: azureServer.url,
    azure: azureServer.simulator,
    awsUrl: aws.url,
    aws: aws.simulator,
    machines: machines.get(),
    kubernetesUrl,
    kubeGateway: `127.0.0.1:${gateway.port}`,
    clusters,
    async close() {
      await gateway.close();
      await aws.close();
      await azureServer.close();
      await kubernetes.close();
      store.close();
    },
  };
}

interface AwsParts {
  readonly data: DataDirectory;
  readonly clock: CloudClock;
  readonly clusters: SimulatedClusters;
  readonly machines: Late<SimulatedMachines>;
}

/** The instances and what runs on them need each other to be made. */
async function startAws({ data, clock, clusters, machines }: AwsParts) {
  const records: Records = sqliteRecords(data.file('aws.db'));
  const seed = await data.key('aws.key');
  const aws = await startSimulatedAws({
    records,
    clock,
    seed,
    machines: {
      listens: (id, port) => machines.get().listens(id, port),
      gone: (id) => machines.get().gone(id),
    },
  });
  machines.set(
    createMachineSide({ host: aws.simulator.host, clusters: () => clusters, records, clock, seed }),
  );
  return aws;
}

/** Something that exists only after others that need it were made. */
interface Late<T> {
  get(): T;
  set(value: T): void;
}

function late<T>(what: string): Late<T> {
  let held: { readonly value: T } | undefined;
  return {
    get() {
      if (!held) throw new Error(`The simulated ${what} is not there yet`);
      return held.value;
    },
    set(value) {
      held = { value };
    },
  };
}

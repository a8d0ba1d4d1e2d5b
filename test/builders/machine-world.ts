/** Simulated instances with the clusters that they make, in process, told what to do by the real bootstrap. */
import { ok, type Result } from '../../lib/domain/errors.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import type { Taint } from '../../lib/domain/pool.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import type { SelfManagedApi } from '../../lib/kube/self-managed.ts';
import { createBoot } from '../../lib/machines/bootstrap/boot.ts';
import type { BootKind, BootPort, Holder } from '../../lib/machines/bootstrap/port.ts';
import { type PackName, packObjects } from '../../lib/machines/packs/manifests.ts';
import { virtualClock } from '../../local/clouds/kit/clock.ts';
import { memoryRecords, type Records } from '../../local/clouds/kit/records.ts';
import { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';
import { inProcessGateway } from '../../local/machines/in-process-gateway.ts';
import { createMachineSide, type SimulatedMachines } from '../../local/machines/machine-side.ts';
import { ENDPOINT_HOST, FakeMachineHost } from '../fakes/fake-machine-host.ts';
import { MemorySecrets } from './deps.ts';

export const UID = '3f0c7a52-0000-4000-8000-000000000001';
export const ENDPOINT = `${ENDPOINT_HOST}:6443`;
const HOUR_MS = 3_600_000;

export interface MachineWorld {
  readonly host: FakeMachineHost;
  readonly side: SimulatedMachines;
  readonly clusters: SimulatedClusters;
  readonly records: Records;
  readonly boot: BootPort;
  readonly clock: ReturnType<typeof virtualClock>;
  /** Starts a machine with the user data of the real bootstrap; control planes go behind the load balancer. */
  launch(kind: BootKind, index: number): Promise<string>;
  /** Seconds, in small steps, looking each time. */
  pass(seconds: number): void;
  api(holder?: Holder): Promise<SelfManagedApi>;
  install(pack: PackName): Promise<void>;
}

const TAINT: Taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

export function nodeNameOf(address: number): string {
  return `ip-10-0-0-${address}.eu-central-1.compute.internal`;
}

/** `startMs`: certificates of sockets are checked by the real clock. */
export async function aMachineWorld(startMs = Date.parse('2026-11-21T12:00:00Z')): Promise<MachineWorld> {
  const clock = virtualClock(startMs);
  const host = new FakeMachineHost(() => clock.now());
  const records = memoryRecords();
  const clusters: SimulatedClusters = new SimulatedClusters({
    source: {
      machines: (id) => side.source.machines(id),
      version: (id) => side.source.version(id),
      selfManaged: (id) => side.source.selfManaged?.(id),
    },
    clock: { now: () => clock.now(), monotonic: () => clock.now() },
    secret: 'seed',
    baseUrl: () => 'https://clusters.test',
  });
  const side = createMachineSide({ host, clusters: () => clusters, records, clock, seed: 'seed' });
  // As clouds do: health is asked for while the machines ask who is behind the balancer.
  host.probe = (id) => side.listens(id, 6443);
  const workload = async (holder: Holder = 'control-plane'): Promise<Result<SelfManagedApi>> => {
    const kubeconfig = await boot.adminKubeconfig(ENDPOINT, HOUR_MS, holder);
    if (!kubeconfig.ok) return kubeconfig;
    const transportFor = inProcessGateway({ machines: side, clusters, clock });
    return connectSelfManaged({ transportFor, timeoutMs: 1_000 })(kubeconfig.value);
  };
  const boot = createBoot({
    clusterId: asClusterId(UID),
    clusterName: 'shop-1a2b3c',
    secrets: new MemorySecrets(),
    bootSecrets: {
      async put(name, content) {
        host.secrets.set(`slip/shop-1a2b3c/${name}`, content.reveal());
        return ok(undefined);
      },
      async remove(name) {
        host.secrets.delete(`slip/shop-1a2b3c/${name}`);
        return ok(undefined);
      },
      fetchScript: (name) => `#!/usr/bin/env bash\nSECRET_ID="slip/shop-1a2b3c/${name}"\n`,
    },
    profile: { nodeName: '{{ ds.meta_data.local_hostname }}', maxUserDataBytes: 16_384 },
    workload,
    now: () => clock.wallNow(),
  });
  expectOk(await boot.ensurePki());

  async function api(holder?: Holder): Promise<SelfManagedApi> {
    return expectOk(await workload(holder));
  }

  return {
    host,
    side,
    clusters,
    records,
    boot,
    clock,
    api,
    async launch(kind, index) {
      const pool = kind === 'join-worker' ? 'workers' : 'control-plane';
      const userData = await boot.prepare({
        kind,
        pool,
        index,
        attempt: 1,
        endpoint: ENDPOINT,
        kubernetesVersion: 'v1.33.2',
        podCidr: '192.168.0.0/16',
        serviceCidr: '10.96.0.0/12',
        labels: { 'slipway.io/pool': pool },
        taints: kind === 'join-worker' ? [] : [TAINT],
      });
      const id = `i-${pool === 'workers' ? 'b' : 'a'}${String(index).padStart(16, '0')}`;
      const address = (pool === 'workers' ? 100 : 10) + index;
      host.launch({ id, address, clusterUid: UID, userData: expectOk(userData) });
      if (kind !== 'join-worker') host.attached.push(id);
      return id;
    },
    pass(seconds) {
      for (let left = seconds; left > 0; left -= 5) {
        clock.advance(Math.min(left, 5) * 1_000);
        side.listens('i-nobody', 6443);
      }
    },
    async install(pack) {
      const connected = await api();
      const values = { clusterName: 'shop-1a2b3c', podCidr: '192.168.0.0/16', kubernetesVersion: '1.33.2' };
      for (const object of packObjects(pack, values)) expectOk(await connected.apply(object));
    },
  };
}

export function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/**
 * One look at the cluster for one beat. What cannot be seen now is left out: an absent list means unchanged. Requests
 * cost a list of all pods, so they are summed again only when a report is due.
 */
import type {
  Amounts,
  BackupLocationReport,
  NodeReport,
  ServiceReport,
  UsageSample,
} from '../../lib/domain/agent.ts';
import type { Clock, Logger } from '../../lib/domain/ports.ts';
import { toInstant } from '../../lib/domain/time.ts';
import type { KubeClient, KubeOutcome } from '../kube/client.ts';
import { backupLocations } from './backup-locations.ts';
import { type DiskMeter, diskMeter } from './disk.ts';
import { observeNodes } from './nodes.ts';
import { NOTHING, sumRequests } from './requests.ts';
import { observeServices } from './services.ts';
import { measureUsage } from './usage.ts';

/** Disks fill slowly. Milliseconds, our choice; sooner where reports are. */
const DISK_EVERY_MS = 300_000;

export interface Observation {
  readonly nodes?: readonly NodeReport[];
  readonly services?: readonly ServiceReport[];
  readonly backupLocations?: readonly BackupLocationReport[];
  readonly sample?: UsageSample;
}

export interface Observer {
  observe(ask: { readonly full: boolean; readonly reportEveryMs: number }): Promise<Observation>;
}

export interface ObserverOptions {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Pack by `namespace/release`. */
  releases(): ReadonlyMap<string, string>;
}

export function observer(options: ObserverOptions): Observer {
  const { kube, clock, log, releases } = options;
  // How long ago something was is no matter of the clock that people set.
  const disks = diskMeter(kube, () => clock.monotonic());
  const places = backupLocations(kube, () => clock.monotonic());
  let requests: ReadonlyMap<string, Amounts> | undefined;
  return {
    async observe({ full, reportEveryMs }) {
      if (full || requests === undefined) {
        requests = seen(log, 'requests', await sumRequests(kube)) ?? requests;
      }
      const nodes = seen(log, 'nodes', await observeNodes(kube));
      const services = seen(log, 'services', await observeServices(kube, releases()));
      const locations = seen(log, 'places for backups', await places.look(releases()));
      const used = seen(log, 'usage', await measureUsage(kube));
      const present = nodes?.map(({ name }) => name);
      const disk = await disks.measure(present, Math.min(DISK_EVERY_MS, reportEveryMs));
      return {
        ...(nodes === undefined ? {} : { nodes: nodes.map((node) => withRequests(node, requests)) }),
        ...(services === undefined ? {} : { services }),
        ...(locations === undefined ? {} : { backupLocations: locations }),
        ...(used === undefined ? {} : { sample: sampleOf(toInstant(clock.now()), used, disk) }),
      };
    },
  };
}

const withRequests = (
  node: Omit<NodeReport, 'requests'>,
  requests: ReadonlyMap<string, Amounts> | undefined,
): NodeReport => (requests === undefined ? node : { ...node, requests: requests.get(node.name) ?? NOTHING });

function sampleOf(
  at: string,
  used: ReadonlyMap<string, Amounts>,
  disk: Awaited<ReturnType<DiskMeter['measure']>>,
): UsageSample {
  const nodes = [...used].map(([node, amounts]): [string, Amounts] => {
    const diskBytes = disk.get(node);
    return [node, { ...amounts, ...(diskBytes === undefined ? {} : { diskBytes }) }];
  });
  return { at, nodes: Object.fromEntries(nodes) };
}

/** The value, or a line in the log. */
function seen<T>(log: Logger, what: string, outcome: KubeOutcome<T>): T | undefined {
  if (outcome.ok) return outcome.value;
  const { status, reason, message } = outcome.error;
  log.warn('Cannot look at the cluster', { what, status, reason, message });
  return undefined;
}

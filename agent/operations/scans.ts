/**
 * What each scan runs, and how its output is read. Parsers are lenient: a scanner's newer version may say more, and a
 * finding that is not understood is no reason to lose the others.
 */
import type { ScanKind } from '../../lib/domain/agent.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { IMAGES } from './images.ts';
import { kubeBenchPods, readKubeBench } from './kube-bench.ts';
import { readKubeHunter } from './kube-hunter.ts';
import { readSbom } from './sbom.ts';
import { readSonobuoy, sonobuoyPod } from './sonobuoy.ts';

/** What is known of the cluster when a scan begins. */
export interface ScanTarget {
  /** `1.33` */
  readonly minorVersion: string;
  /** Nodes of the control plane that pods can run on: none where the cloud runs it. */
  readonly hasControlPlane: boolean;
}

export interface ScanPod {
  /** Part of the Job's name; names the part of the result. */
  readonly part: string;
  readonly pod: JsonObject;
  /** Container whose log is the result. */
  readonly container: string;
  /** ClusterRole of its service account, for as long as the scan takes; absent: it has none. */
  readonly role?: string;
}

export interface Scan {
  readonly deadlineSeconds: number;
  readonly retries: number;
  pods(target: ScanTarget): readonly ScanPod[];
  /** `undefined`: not understood. `logs` by part. */
  read(logs: ReadonlyMap<string, string>): JsonObject | undefined;
}

const HARMLESS = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/** Comes with the agent's manifests: reads what is there, of Secrets nothing. */
const SBOM_ROLE = 'slipway-scan-sbom';

export const SCANS: Readonly<Record<ScanKind, Scan>> = {
  kubeBench: { deadlineSeconds: 900, retries: 2, pods: kubeBenchPods, read: readKubeBench },
  kubeHunter: {
    deadlineSeconds: 1_800,
    retries: 2,
    pods: () => [
      {
        part: 'hunter',
        container: 'scan',
        pod: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'scan',
              image: IMAGES.kubeHunter,
              args: ['--pod', '--quick', '--report', 'json', '--log', 'none'],
              securityContext: HARMLESS,
            },
          ],
        },
      },
    ],
    read: (logs) => readKubeHunter(logs.get('hunter') ?? ''),
  },
  sonobuoy: {
    deadlineSeconds: 4 * 3_600,
    retries: 0,
    pods: () => [{ part: 'sonobuoy', container: 'results', pod: sonobuoyPod(), role: 'cluster-admin' }],
    read: (logs) => readSonobuoy(logs.get('sonobuoy') ?? ''),
  },
  sbom: {
    deadlineSeconds: 3_600,
    retries: 2,
    pods: () => [
      {
        part: 'sbom',
        container: 'scan',
        role: SBOM_ROLE,
        pod: {
          containers: [
            {
              name: 'scan',
              image: IMAGES.sbom,
              args: ['kubernetes', '--format', 'cyclonedx', '--disable-node-collector', '--quiet'],
              securityContext: HARMLESS,
            },
          ],
        },
      },
    ],
    read: (logs) => readSbom(logs.get('sbom') ?? ''),
  },
};

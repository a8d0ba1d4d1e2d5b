/**
 * kube-bench, the CIS benchmark of Kubernetes: once on a worker, once on a node of the control plane where there is one.
 * The result is kept by section; of the checks only those that did not pass are kept, with what to do.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { jsonOf } from '../json.ts';
import { IMAGES } from './images.ts';
import type { ScanPod, ScanTarget } from './scans.ts';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
/** A result is at most 256 KiB; some hundred checks of this length stay far below. */
const MAX_TEXT = 400;

const HOST_PATHS = {
  'var-lib-etcd': '/var/lib/etcd',
  'var-lib-kubelet': '/var/lib/kubelet',
  'etc-systemd': '/etc/systemd',
  'lib-systemd': '/lib/systemd',
  'etc-kubernetes': '/etc/kubernetes',
  'etc-cni-netd': '/etc/cni/net.d',
  'opt-cni-bin': '/opt/cni/bin',
} as const;

export function kubeBenchPods({ minorVersion, hasControlPlane }: ScanTarget): readonly ScanPod[] {
  const pods = [{ part: 'worker', container: 'scan', pod: benchPod(minorVersion, 'node', 'DoesNotExist') }];
  if (!hasControlPlane) return pods;
  const targets = 'master,etcd,controlplane,policies';
  return [
    { part: 'control-plane', container: 'scan', pod: benchPod(minorVersion, targets, 'Exists') },
    ...pods,
  ];
}

function benchPod(version: string, targets: string, onControlPlane: 'Exists' | 'DoesNotExist'): JsonObject {
  const paths = Object.entries(HOST_PATHS);
  const role = { key: CONTROL_PLANE, operator: onControlPlane };
  const linux = { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] };
  return {
    // It looks at the arguments of the node's processes.
    hostPID: true,
    automountServiceAccountToken: false,
    tolerations: [{ operator: 'Exists' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [role, linux] }],
        },
      },
    },
    containers: [
      {
        name: 'scan',
        image: IMAGES.kubeBench,
        command: ['kube-bench', 'run', '--targets', targets, '--version', version, '--json'],
        volumeMounts: paths.map(([name, mountPath]) => ({ name, mountPath, readOnly: true })),
      },
    ],
    volumes: paths.map(([name, path]) => ({ name, hostPath: { path } })),
  };
}

const Check = z.object({
  test_number: z.string(),
  test_desc: z.string().catch(''),
  status: z.string(),
  remediation: z.string().catch(''),
});
const Section = z.object({
  section: z.string(),
  desc: z.string().catch(''),
  pass: z.number().catch(0),
  fail: z.number().catch(0),
  warn: z.number().catch(0),
  info: z.number().catch(0),
  results: z.array(Check).catch([]),
});
const Control = z.object({
  id: z.string().catch(''),
  detected_version: z.string().catch(''),
  node_type: z.string().catch(''),
  tests: z.array(Section).catch([]),
});
const Report = z.object({ Controls: z.array(Control) });

export function readKubeBench(logs: ReadonlyMap<string, string>): JsonObject | undefined {
  const sections: JsonObject[] = [];
  for (const [part, log] of logs) {
    const report = Report.safeParse(jsonIn(log));
    if (!report.success) return undefined;
    sections.push(...report.data.Controls.flatMap(({ tests }) => tests.map((test) => sectionOf(part, test))));
  }
  return { sections, totals: totals(sections) };
}

function sectionOf(
  role: string,
  { section, desc, pass, fail, warn, info, results }: z.output<typeof Section>,
) {
  const open = results.filter(({ status }) => status === 'FAIL' || status === 'WARN');
  return {
    section,
    description: desc,
    role,
    ...{ pass, fail, warn, info },
    findings: open.map(({ test_number, test_desc, status, remediation }) => ({
      check: test_number,
      status,
      description: test_desc.slice(0, MAX_TEXT),
      remediation: remediation.slice(0, MAX_TEXT),
    })),
  };
}

function totals(sections: readonly JsonObject[]): JsonObject {
  const sum = (of: string) => sections.reduce((total, section) => total + Number(section[of]), 0);
  return { pass: sum('pass'), fail: sum('fail'), warn: sum('warn'), info: sum('info') };
}

/** Warnings of the program may stand before its JSON. */
export function jsonIn(log: string): unknown {
  const start = log.search(/^[[{]/m);
  return start === -1 ? undefined : jsonOf(log.slice(start));
}

/**
 * Secure defaults of a cluster that we run (A6): what the CIS benchmark asks of kubeadm's components beyond kubeadm's
 * own defaults, and why where it is left out.
 *
 * - Anonymous requests stay possible: the load balancer's health check of /readyz and the discovery of joining nodes are
 *   anonymous. What they may read is public by RBAC: health, version, and the ConfigMap `cluster-info`.
 * - Kubelets' serving certificates stay self-signed: nobody would approve their requests.
 * - TLS suites are Go's own choice, which is kept better than a list that is frozen here.
 *
 * Source: https://www.cisecurity.org/benchmark/kubernetes
 */
import { stringify } from 'yaml';
import { ENCRYPTION_CONFIG } from './control-plane-files.ts';
import type { Argument, HostPathMount, KubeletConfiguration } from './kubeadm-types.ts';

export const AUDIT_POLICY = '/etc/kubernetes/audit-policy.yaml';
const AUDIT_LOGS = '/var/log/kubernetes/audit';

const TLS: Argument = { name: 'tls-min-version', value: 'VersionTLS12' };
const NO_PROFILING: Argument = { name: 'profiling', value: 'false' };

export const API_SERVER_ARGUMENTS: readonly Argument[] = [
  NO_PROFILING,
  TLS,
  { name: 'encryption-provider-config', value: ENCRYPTION_CONFIG },
  { name: 'audit-policy-file', value: AUDIT_POLICY },
  { name: 'audit-log-path', value: `${AUDIT_LOGS}/audit.log` },
  // Days, files and MiB: at most 1 GiB a node.
  { name: 'audit-log-maxage', value: '30' },
  { name: 'audit-log-maxbackup', value: '10' },
  { name: 'audit-log-maxsize', value: '100' },
];

export const API_SERVER_VOLUMES: readonly HostPathMount[] = [
  file('encryption', ENCRYPTION_CONFIG),
  file('audit-policy', AUDIT_POLICY),
  { name: 'audit-logs', hostPath: AUDIT_LOGS, mountPath: AUDIT_LOGS, pathType: 'DirectoryOrCreate' },
];

export const CONTROLLER_MANAGER_ARGUMENTS: readonly Argument[] = [
  { name: 'cloud-provider', value: 'external' },
  NO_PROFILING,
  TLS,
];

export const SCHEDULER_ARGUMENTS: readonly Argument[] = [NO_PROFILING, TLS];

/** For all nodes: kubeadm keeps it in the cluster, and nodes that join read it there. */
export const KUBELET: KubeletConfiguration = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  cgroupDriver: 'systemd',
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true } },
  authorization: { mode: 'Webhook' },
  readOnlyPort: 0,
  rotateCertificates: true,
  tlsMinVersion: 'VersionTLS12',
  // The kubelet refuses to start on other values than those of SYSCTLS.
  protectKernelDefaults: true,
  seccompDefault: true,
  podPidsLimit: 4096,
  streamingConnectionIdleTimeout: '30m0s',
  // A machine that is stopped ends its pods first; spot machines have two minutes in all.
  shutdownGracePeriod: '60s',
  shutdownGracePeriodCriticalPods: '20s',
};

export const KERNEL_MODULES: readonly string[] = ['overlay', 'br_netfilter'];

/** The first three are for pod networks, the others what `protectKernelDefaults` insists on. */
export const SYSCTLS: Readonly<Record<string, number>> = {
  'net.bridge.bridge-nf-call-iptables': 1,
  'net.bridge.bridge-nf-call-ip6tables': 1,
  'net.ipv4.ip_forward': 1,
  'vm.overcommit_memory': 1,
  'vm.panic_on_oom': 0,
  'kernel.panic': 10,
  'kernel.panic_on_oops': 1,
  'kernel.keys.root_maxkeys': 1_000_000,
  'kernel.keys.root_maxbytes': 25_000_000,
};

/** Who did what to which object, never with its content, which may be a Secret. */
export const AUDIT_POLICY_TEXT: string = stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/version'] },
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    { level: 'None', users: ['system:kube-proxy'], verbs: ['watch'] },
    { level: 'Metadata' },
  ],
});

function file(name: string, path: string): HostPathMount {
  return { name, hostPath: path, mountPath: path, readOnly: true, pathType: 'File' };
}

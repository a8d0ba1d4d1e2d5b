/**
 * What patches a node: a privileged pod enters the node's own namespaces and lets the node's own package manager do it.
 * Packages of Kubernetes stay as they are: their version is the cluster's, not the node's.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { IMAGES } from './images.ts';

/** Seconds between the end of the Job and the reboot, so that the API server hears of the end. */
const REBOOT_AFTER_SECONDS = 15;

/** Exit 3: an operating system that is not known. `REBOOT`: 1 when a reboot is allowed. */
const SCRIPT = `
set -eu
KEEP="kubeadm kubelet kubectl cri-tools kubernetes-cni"
needs_reboot=0
if command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  held=$(apt-mark showhold)
  for package in $KEEP; do
    if dpkg -s "$package" >/dev/null 2>&1; then
      case " $(echo $held) " in *" $package "*) ;; *) apt-mark hold "$package" ;; esac
    fi
  done
  apt-get -q update
  apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --with-new-pkgs upgrade
  if [ -f /var/run/reboot-required ]; then needs_reboot=1; fi
elif command -v dnf >/dev/null; then
  dnf -q -y upgrade --exclude=kubeadm,kubelet,kubectl,cri-tools,kubernetes-cni
  dnf needs-restarting -r >/dev/null 2>&1 || needs_reboot=1
elif command -v tdnf >/dev/null; then
  before=$(rpm -q kernel | sort)
  tdnf -q -y update --exclude kubeadm --exclude kubelet --exclude kubectl
  if [ "$before" != "$(rpm -q kernel | sort)" ]; then needs_reboot=1; fi
elif command -v zypper >/dev/null; then
  zypper -n -q update
  zypper needs-rebooting >/dev/null 2>&1 || needs_reboot=1
else
  echo "No package manager that is known." >&2
  exit 3
fi
if [ "$needs_reboot" = 1 ] && [ "$REBOOT" = 1 ]; then
  systemd-run --on-active=${REBOOT_AFTER_SECONDS} systemctl reboot
  echo slipway-outcome=rebooting
elif [ "$needs_reboot" = 1 ]; then
  echo slipway-outcome=reboot-needed
else
  echo slipway-outcome=patched
fi
`;

export type PatchOutcome = 'rebooting' | 'reboot-needed' | 'patched';

/** Absent: the log does not say; then the node is only waited for. */
export function outcomeIn(log: string): PatchOutcome | undefined {
  switch (/^slipway-outcome=(\S+)$/m.exec(log)?.[1]) {
    case 'rebooting':
      return 'rebooting';
    case 'reboot-needed':
      return 'reboot-needed';
    case 'patched':
      return 'patched';
    default:
      return undefined;
  }
}

/** Names of nodes may be longer than names of Jobs. */
export function patchJobName(operation: string, node: string): string {
  return `${operation.slice(0, 50)}-${createHash('sha256').update(node).digest('hex').slice(0, 10)}`;
}

export function patchPod(node: string, rebootIfRequired: boolean): JsonObject {
  return {
    nodeName: node,
    hostPID: true,
    automountServiceAccountToken: false,
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: 'patch',
        image: IMAGES.host,
        // The node's first process: its mounts, network and services are the node's own.
        command: ['nsenter', '-t', '1', '-m', '-u', '-i', '-n', '-p', '--', '/bin/sh', '-c', SCRIPT],
        env: [{ name: 'REBOOT', value: rebootIfRequired ? '1' : '0' }],
        securityContext: { privileged: true },
      },
    ],
  };
}

/**
 * What a machine runs once after it has started: it waits for the way out, installs what its image lacks, fetches its
 * files, and calls kubeadm. Every wait is bounded; how it ended is the last line on the serial console. The text is the
 * same for every machine: what differs stands in the parameters beside it.
 *
 * Bash rules that it keeps: it has neither `{{`, `{%` nor `{#` in it, which a jinja template would take for its own; and
 * functions that are tried again chain with `&&`, because bash forgets `errexit` inside a condition.
 */

export const BOOT_FOLDER = '/usr/local/lib/slipway';
export const BOOT_SCRIPT = `${BOOT_FOLDER}/boot`;
export const BOOT_PARAMETERS = `${BOOT_FOLDER}/parameters`;
/** Prints the control plane's files; only control-plane machines have it. */
export const FETCH_SCRIPT = `${BOOT_FOLDER}/fetch-files`;
/** Memory only, gone once the machine has joined: it holds the join token. */
export const KUBEADM_CONFIG = '/run/slipway/kubeadm.yaml';

/** For `source`: nothing in it needs quotes. */
export interface BootParameters {
  readonly action: 'init' | 'join';
  /** Without its port. */
  readonly endpointHost: string;
  /** `v1.33.2` */
  readonly kubernetesVersion: string;
}

export function parametersFile({ action, endpointHost, kubernetesVersion }: BootParameters): string {
  const minor = kubernetesVersion.split('.').slice(0, 2).join('.');
  return [
    `ACTION=${action}`,
    `ENDPOINT_HOST=${endpointHost}`,
    `KUBERNETES_VERSION=${kubernetesVersion}`,
    `KUBERNETES_MINOR=${minor}`,
    '',
  ].join('\n');
}

/** Packages: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/ */
export const BOOT_SCRIPT_TEXT = `#!/usr/bin/env bash
set -euo pipefail
source ${BOOT_PARAMETERS}
DONE=/var/lib/slipway/joined
LOG=/var/log/slipway-boot.log
STEP=start

[ ! -e "$DONE" ] || exit 0
mkdir -p /var/lib/slipway
touch "$LOG"
chmod 0600 "$LOG"

say() {
  echo "$1"
  echo "$1" >> /dev/console || true
}

finish() {
  local code=$?
  rm -rf /run/slipway ${FETCH_SCRIPT}
  if [ "$code" -eq 0 ]; then
    say "SLIP-BOOT-OK"
  else
    tail -n 20 "$LOG" | sed -E 's/[a-z0-9]{6}\\.[a-z0-9]{16}/[redacted]/g' >> /dev/console || true
    say "SLIP-BOOT-FAIL $STEP"
  fi
}
trap finish EXIT

# within SECONDS COMMAND...: again every five seconds until it succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >> "$LOG" 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 5
  done
}

reaches_out() {
  curl -sS -o /dev/null -m 10 https://registry.k8s.io/v2/
}

is_installed() {
  command -v containerd > /dev/null && command -v kubelet > /dev/null &&
    [ "$(kubeadm version -o short 2> /dev/null)" = "$KUBERNETES_VERSION" ]
}

install_packages() {
  local repository="https://pkgs.k8s.io/core:/stable:/$KUBERNETES_MINOR/deb/"
  local keyring=/etc/apt/keyrings/kubernetes.gpg
  local version="\${KUBERNETES_VERSION#v}-*"
  export DEBIAN_FRONTEND=noninteractive
  install -d -m 0755 /etc/apt/keyrings &&
    curl -fsSL -m 60 "$repository"Release.key | gpg --batch --yes --dearmor -o "$keyring" &&
    chmod 0644 "$keyring" &&
    echo "deb [signed-by=$keyring] $repository /" > /etc/apt/sources.list.d/kubernetes.list &&
    apt-get -o DPkg::Lock::Timeout=300 update &&
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends --allow-change-held-packages \\
      containerd "kubeadm=$version" "kubelet=$version" "kubectl=$version" &&
    apt-mark hold containerd kubeadm kubelet kubectl
}

configure_containerd() {
  mkdir -p /etc/containerd
  containerd config default | sed 's/SystemdCgroup = false/SystemdCgroup = true/' > /etc/containerd/config.toml
  systemctl restart containerd
}

fetch_files() {
  bash ${FETCH_SCRIPT} | python3 -c '
import json, os, sys
for path, text in json.load(sys.stdin).items():
    os.makedirs(os.path.dirname(path), exist_ok=True)
    mode = 0o644 if path.endswith((".crt", ".pub")) else 0o600
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
'
}

STEP=network
within 300 reaches_out

STEP=packages
if ! is_installed; then
  within 600 install_packages
  configure_containerd >> "$LOG" 2>&1
fi

STEP=kernel
swapoff -a
while read -r module; do modprobe "$module"; done < /etc/modules-load.d/kubernetes.conf
sysctl -q -p /etc/sysctl.d/90-kubernetes.conf
systemctl enable --now containerd >> "$LOG" 2>&1
systemctl enable kubelet >> "$LOG" 2>&1

STEP=endpoint
within 600 getent hosts "$ENDPOINT_HOST"

if [ -e ${FETCH_SCRIPT} ]; then
  STEP=files
  within 120 fetch_files
fi

STEP=kubeadm
case "$ACTION" in
  init) kubeadm init --config ${KUBEADM_CONFIG} --skip-token-print >> "$LOG" 2>&1 ;;
  join) kubeadm join --config ${KUBEADM_CONFIG} >> "$LOG" 2>&1 ;;
esac
touch "$DONE"
`;

/**
 * User data: a cloud-config that puts files in place and runs the boot script. It is readable by whoever may describe
 * the machine, so nothing in it is worth anything once the machine has joined, and no private key is ever in it. Pure.
 * Source: https://cloudinit.readthedocs.io/en/latest/reference/modules.html
 */
import { stringify } from 'yaml';
import {
  BOOT_PARAMETERS,
  BOOT_SCRIPT,
  BOOT_SCRIPT_TEXT,
  FETCH_SCRIPT,
  KUBEADM_CONFIG,
  parametersFile,
} from './boot-script.ts';
import { AUDIT_POLICY, AUDIT_POLICY_TEXT, KERNEL_MODULES, SYSCTLS } from './hardening.ts';
import { kubeadmConfig } from './kubeadm-config.ts';
import type { BootOrder, BootProfile } from './port.ts';

export interface UserDataFacts {
  readonly order: BootOrder;
  readonly clusterName: string;
  readonly token: string;
  readonly discoveryHash: string;
  /** Prints the control plane's files; control-plane machines only. */
  readonly fetchScript?: string;
}

/** Stands for the machine's own name until jinja knows it; no label or name looks like it. */
const NODE_NAME = 'SLIPWAY_NODE_NAME';

export function userDataOf(facts: UserDataFacts, { nodeName }: Pick<BootProfile, 'nodeName'>): string {
  const isTemplate = /\{[{%#]/.test(nodeName);
  const text = stringify(cloudConfig(facts), {
    lineWidth: 0,
    // PyYAML reads version 1.1, where `on` and `0644` are no strings.
    version: '1.1',
    aliasDuplicateObjects: false,
  });
  const named = (isTemplate ? literal(text) : text).replaceAll(NODE_NAME, () => nodeName);
  return `${isTemplate ? '## template: jinja\n' : ''}#cloud-config\n${named}`;
}

interface WrittenFile {
  readonly path: string;
  readonly permissions: string;
  readonly content: string;
}

function cloudConfig(facts: UserDataFacts) {
  return {
    ssh_pwauth: false,
    disable_root: true,
    write_files: filesOf(facts),
    runcmd: [['bash', BOOT_SCRIPT]],
  };
}

function filesOf(facts: UserDataFacts): readonly WrittenFile[] {
  const { order, fetchScript } = facts;
  const isControlPlane = order.kind !== 'join-worker';
  const [endpointHost = order.endpoint] = order.endpoint.split(':');
  const parameters = parametersFile({
    action: order.kind === 'init' ? 'init' : 'join',
    endpointHost,
    kubernetesVersion: order.kubernetesVersion,
  });
  return [
    readable('/etc/modules-load.d/kubernetes.conf', lines(KERNEL_MODULES)),
    readable(
      '/etc/sysctl.d/90-kubernetes.conf',
      lines(Object.entries(SYSCTLS).map(([k, v]) => `${k} = ${v}`)),
    ),
    ...(isControlPlane ? [secret(AUDIT_POLICY, AUDIT_POLICY_TEXT)] : []),
    ...(fetchScript === undefined ? [] : [secret(FETCH_SCRIPT, fetchScript)]),
    secret(KUBEADM_CONFIG, kubeadmConfig({ ...facts, nodeName: NODE_NAME })),
    readable(BOOT_PARAMETERS, parameters),
    readable(BOOT_SCRIPT, BOOT_SCRIPT_TEXT),
  ];
}

const readable = (path: string, content: string): WrittenFile => ({ path, permissions: '0644', content });
const secret = (path: string, content: string): WrittenFile => ({ path, permissions: '0600', content });
const lines = (entries: readonly string[]): string => `${entries.join('\n')}\n`;

/** What jinja would take for its own stays as it is: https://jinja.palletsprojects.com/templates/#escaping */
function literal(text: string): string {
  return text.replace(/\{[{%#]/g, (opening) => `{{ '${opening}' }}`);
}

/**
 * What a machine will do, read off what it was told: the commands that cloud-init runs and the scripts that they name.
 * Nobody interprets shell here: what matters is recognised by its words.
 */
import type { MachineOrders } from './cloud-config.ts';
import { type Parsed, parsed, refused } from './parsed.ts';

export interface BootPlan {
  /** Packages come from the Internet. */
  readonly downloads: boolean;
  /** Name of the secret with the machine's files. */
  readonly secret?: string;
  readonly kubeadm?: { readonly command: 'init' | 'join'; readonly configPath: string };
  /** As far as user data brings it. */
  readonly configText?: string;
  /** Of the packages that are installed: `v1.33.2`. */
  readonly kubeletVersion?: string;
  /** Files that user data writes. */
  readonly paths: readonly string[];
  /** Its scripts say on the console how it ended. */
  readonly isMarked: boolean;
}

const KUBEADM = /\bkubeadm\s+(init|join)\b[^\n;&|]*?--config[=\s]+["']?(\/[\w./-]+)/g;
/** Scripts that know both ways are told which. */
const ACTION = /^\s*(?:export\s+)?ACTION=["']?(init|join)\b/m;
const SECRET = /\bslip\/[\w.-]+(?:\/[\w.-]+)*/;
const DOWNLOAD = /\bapt(?:-get)?\b[^\n;&|]*\binstall\b|\bpkgs\.k8s\.io\b/;
const KUBELET = /\b(?:kubelet|KUBERNETES_VERSION)=["']?v?(\d+\.\d+\.\d+)/;
const PATH = /\/[\w./-]+/g;

export function planOf({ files, commands, packages }: MachineOrders): Parsed<BootPlan> {
  const text = whatRuns(files, commands);
  const action = ACTION.exec(text)?.[1];
  const calls = [...text.matchAll(KUBEADM)].filter(
    ([, command]) => action === undefined || command === action,
  );
  const asked = new Set(calls.map(([, command, path]) => `${command} ${path}`));
  if (asked.size > 1) return refused(`its scripts run kubeadm in several ways: ${[...asked].join(', ')}`);
  const [command, configPath = ''] = [...asked][0]?.split(' ') ?? [];
  const secret = SECRET.exec(text)?.[0];
  const version = KUBELET.exec(text)?.[1];
  const configText = files.get(configPath);
  return parsed({
    downloads: packages.length > 0 || DOWNLOAD.test(text),
    paths: [...files.keys()],
    isMarked: text.includes('SLIP-BOOT-'),
    ...(secret === undefined ? {} : { secret }),
    ...(version === undefined ? {} : { kubeletVersion: `v${version}` }),
    ...(command === 'init' || command === 'join' ? { kubeadm: { command, configPath } } : {}),
    ...(configText === undefined ? {} : { configText }),
  });
}

/** The commands, and every script that one of them names, or that such a script names. */
function whatRuns(files: ReadonlyMap<string, string>, commands: readonly string[]): string {
  const texts = [...commands];
  const seen = new Set<string>();
  for (let at = 0; at < texts.length; at++) {
    for (const [path] of (texts[at] ?? '').matchAll(PATH)) {
      const content = files.get(path);
      if (content === undefined || seen.has(path)) continue;
      seen.add(path);
      texts.push(content);
    }
  }
  return texts.join('\n');
}

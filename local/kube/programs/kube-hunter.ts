/** kube-hunter: `--pod [--report json]`. Its report's shape: github.com/aquasecurity/kube-hunter, modules/report. */
import { optionOf, type Program, type Started } from './program.ts';

interface Finding {
  readonly vid: string;
  readonly category: string;
  readonly severity: 'low' | 'medium' | 'high';
  readonly vulnerability: string;
  readonly description: string;
  readonly evidence: string;
  readonly hunter: string;
}

/** What a pod of any cluster finds. */
const FROM_A_POD: readonly Finding[] = [
  {
    vid: 'KHV050',
    category: 'Credential Access // Access container service account',
    severity: 'low',
    vulnerability: "Read access to pod's service account token",
    description: 'Whoever takes over a pod can use its service account.',
    evidence: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    hunter: 'Access Secrets',
  },
  {
    vid: 'None',
    category: 'Lateral Movement // ARP poisoning and IP spoofing',
    severity: 'low',
    vulnerability: 'CAP_NET_RAW Enabled',
    description: 'Containers may send raw packets by default.',
    evidence: '',
    hunter: 'Pod Capabilities Hunter',
  },
];

export const kubeHunter: Program = {
  durationMs: () => 60_000,
  run: (started) => ({
    exitCode: 0,
    log:
      optionOf(started.words, '--report') === 'json' ? `${JSON.stringify(report(started))}\n` : text(started),
  }),
};

function report({ cluster, pod }: Started) {
  const addresses = cluster.machines.map(({ name, kubeadm }) => kubeadm?.internalIp ?? name);
  return {
    nodes: addresses.map((location) => ({ type: 'Node/Master', location })),
    services: addresses.map((address) => ({
      service: 'Kubelet API',
      location: `${address}:10250`,
      description:
        'The Kubelet is the main component in every Node, all pod operations goes through the kubelet',
    })),
    vulnerabilities: FROM_A_POD.map((finding) => ({
      location: `Local to Pod (${pod})`,
      ...finding,
      avd_reference: `https://avd.aquasec.com/kube-hunter/${finding.vid.toLowerCase()}/`,
    })),
  };
}

const text = ({ pod }: Started): string =>
  `${FROM_A_POD.map(({ vid, severity, vulnerability }) => `${vid} ${severity} ${vulnerability} in ${pod}`).join('\n')}\n`;

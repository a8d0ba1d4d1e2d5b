/**
 * Where a cluster and its control plane have to reach out to: the allow-list for firewalls and proxies (A101 to A109).
 * The first row of the published list is that product's own service; the endpoint of this deployment takes its place.
 * What agents need besides follows from the settings and the packs.
 */

import { chartRepositories } from '../agents/packs.ts';
import type { Config } from '../config.ts';
import { type Finding, violation } from '../domain/findings.ts';

export interface EgressTarget {
  readonly host: string;
  readonly port: number;
  readonly purpose: string;
  /** False: listed for those who compare with the published list; nothing of ours goes there. */
  readonly required: boolean;
}

const HTTPS = 443;
const HTTP = 80;

/** Source: acceptance table A.7, the proxy table of the product whose promises we keep. */
const PUBLISHED: readonly EgressTarget[] = [
  entry(
    'spectrocloud.com',
    'the published product itself; the endpoint of this deployment takes its place',
    false,
  ),
  entry('s3.amazonaws.com', 'VMware OVA files'),
  entry('gcr.io', 'image files'),
  entry('docker.io', 'pack registries'),
  entry('googleapis.com', 'pulling images'),
  entry('docker.com', 'Docker images'),
  entry('projectcalico.org', 'egress management'),
  entry('quay.io', 'container registry'),
  entry('grafana.com', 'dashboard metrics'),
];

function entry(host: string, purpose: string, required = true): EgressTarget {
  return { host, port: HTTPS, purpose, required };
}

/** `called`: address under which this deployment was called, for deployments that give clusters no agent. */
export function egressRequirements(
  called: URL,
  { publicUrl, image }: Pick<Config['agents'], 'publicUrl' | 'image'>,
): readonly EgressTarget[] {
  const own = publicUrl === '' ? called : new URL(publicUrl);
  return [
    targetOf(own, 'management endpoint of this deployment'),
    ...PUBLISHED,
    ...(publicUrl === '' ? [] : forAgents(image)),
  ];
}

/** Charts are listed by their repository; its files lie where GitHub keeps releases. */
function forAgents(image: string): readonly EgressTarget[] {
  const registry = image.split('/')[0] ?? '';
  const charts = chartRepositories().map((url) => targetOf(new URL(url), 'charts of add-ons'));
  return [
    // Without a dot or a port the first part is no registry: docker.io, which is listed.
    ...(/[.:]/.test(registry) ? [targetOf(new URL(`https://${registry}`), 'image of the agent')] : []),
    ...charts,
    // Of Prometheus and Velero; others of theirs are at docker.io and quay.io, which are listed.
    entry('registry.k8s.io', 'images of add-ons; it redirects into the cloud that asks'),
    ...(charts.some(({ host }) => host.endsWith('.github.io'))
      ? [entry('github.com', 'charts of add-ons'), entry('githubusercontent.com', 'charts of add-ons')]
      : []),
  ];
}

function targetOf(url: URL, purpose: string): EgressTarget {
  const standard = url.protocol === 'http:' ? HTTP : HTTPS;
  return { host: url.hostname, port: url.port === '' ? standard : Number(url.port), purpose, required: true };
}

export interface EgressQuestion {
  readonly host: string;
  readonly port: number;
}

/** What the checker may be asked about: entries of the list and names below them, on the listed port. */
export function egressFindings(
  questions: readonly EgressQuestion[],
  targets: readonly EgressTarget[],
): readonly Finding[] {
  return questions.flatMap(({ host, port }, index) => {
    const known = targets.some((target) => covers(target.host, host) && target.port === port);
    if (known) return [];
    return [
      violation(
        'EGRESS_TARGET_UNKNOWN',
        `/targets/${index}`,
        `${host}:${port} is not on the list of outbound requirements.`,
        'GET /api/v1/platform/egress-requirements has the list.',
      ),
    ];
  });
}

function covers(listed: string, asked: string): boolean {
  const host = asked.toLowerCase();
  return host === listed || host.endsWith(`.${listed}`);
}

/** trivy: `kubernetes --format cyclonedx`, the bill of what runs. https://cyclonedx.org/docs/1.6/json/ */
import { z } from 'zod';
import { type Cluster, stored } from '../cluster.ts';
import { child } from '../object.ts';
import { resource } from '../resources.ts';
import { optionOf, type Program } from './program.ts';

const Images = z.array(z.object({ image: z.string() })).catch([]);

export const trivy: Program = {
  durationMs: () => 120_000,
  run: ({ words, cluster }) =>
    optionOf(words, '--format') === 'cyclonedx'
      ? { exitCode: 0, log: `${JSON.stringify(bill(cluster))}\n` }
      : { exitCode: 1, log: 'FATAL Fatal error this simulated trivy knows the format cyclonedx only\n' },
};

function bill(cluster: Cluster) {
  const kubelets = cluster.machines.map(({ kubeletVersion }) => kubeletVersion.replace(/^v/, ''));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'platform', name: 'k8s.io/kubernetes', version: cluster.version } },
    components: [
      ...[...new Set(kubelets)].sort().map((version) => ({
        type: 'application',
        name: 'k8s.io/kubelet',
        version,
        purl: `pkg:k8s/k8s.io%2Fkubelet@${version}`,
      })),
      ...imagesOf(cluster).map(container),
    ],
  };
}

function imagesOf(cluster: Cluster): readonly string[] {
  const images = stored(cluster, resource('pods')).flatMap((pod) =>
    Images.parse(child(pod, 'spec').containers).map(({ image }) => image),
  );
  return [...new Set(images)].sort();
}

function container(image: string) {
  const [, name = image, version = 'latest'] = /^(.*?)(?::([^/:]+))?$/.exec(image) ?? [];
  const purl = `pkg:oci/${name.split('/').at(-1)}@${version}?repository_url=${encodeURIComponent(name)}`;
  return { type: 'container', name, version, purl };
}

/** The services that can be reached from outside the cluster, whoever made them. */
import { z } from 'zod';
import type { ServiceReport } from '../../lib/domain/agent.ts';
import type { KubeClient, KubeOutcome } from '../kube/client.ts';
import { PACK_LABEL } from '../packs/labels.ts';

/** Charts carry labels of their own; helm marks what it installs. */
const RELEASE = 'meta.helm.sh/release-name';
const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace';
const SHOWN = new Set(['LoadBalancer', 'NodePort']);

const Text = z.record(z.string(), z.string()).nullish();

const Service = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: Text, annotations: Text }),
  spec: z.object({
    type: z.string().catch('ClusterIP'),
    ports: z
      .array(
        z.object({
          name: z.string().nullish(),
          port: z.number(),
          nodePort: z.number().nullish(),
          protocol: z.string().nullish(),
          appProtocol: z.string().nullish(),
        }),
      )
      .catch([]),
  }),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z.array(z.object({ ip: z.string().nullish(), hostname: z.string().nullish() })).catch([]),
        })
        .catch({ ingress: [] }),
    })
    .catch({ loadBalancer: { ingress: [] } }),
});
type Service = z.output<typeof Service>;

/** `releases`: pack by `namespace/release`, for what helm installed. In the order of the API server. */
export async function observeServices(
  kube: KubeClient,
  releases: ReadonlyMap<string, string>,
): Promise<KubeOutcome<readonly ServiceReport[]>> {
  const shown: ServiceReport[] = [];
  const listed = await kube.list({
    path: '/api/v1/services',
    item: Service,
    page(services) {
      for (const service of services) if (SHOWN.has(service.spec.type)) shown.push(report(service, releases));
    },
  });
  return listed.ok ? { ok: true, value: shown } : listed;
}

function report({ metadata, spec, status }: Service, releases: ReadonlyMap<string, string>): ServiceReport {
  const pack = packOf(metadata, releases);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    type: spec.type,
    ports: spec.ports.map(port),
    ingress: status.loadBalancer.ingress.flatMap(({ hostname, ip }) => hostname || ip || []),
    ...(pack === undefined ? {} : { pack }),
  };
}

function packOf(
  { namespace, labels, annotations }: Service['metadata'],
  releases: ReadonlyMap<string, string>,
) {
  const home = annotations?.[RELEASE_NAMESPACE] ?? namespace;
  return labels?.[PACK_LABEL] ?? releases.get(`${home}/${annotations?.[RELEASE] ?? ''}`);
}

function port(of: Service['spec']['ports'][number]): ServiceReport['ports'][number] {
  return {
    ...(of.name ? { name: of.name } : {}),
    port: of.port,
    ...(of.nodePort ? { nodePort: of.nodePort } : {}),
    ...(of.protocol ? { protocol: of.protocol } : {}),
    ...(of.appProtocol ? { appProtocol: of.appProtocol } : {}),
  };
}

/** The bill of materials of the cluster, out of the CycloneDX document that Trivy writes: what runs, in which version. */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { jsonIn } from './kube-bench.ts';
import { withinBytes } from './within-bytes.ts';

const Document = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string().catch(''),
  components: z.array(
    z.object({
      type: z.string().catch(''),
      name: z.string(),
      version: z.string().optional(),
      purl: z.string().optional(),
    }),
  ),
});

export function readSbom(log: string): JsonObject | undefined {
  const document = Document.safeParse(jsonIn(log));
  if (!document.success) return undefined;
  const { specVersion, components: all } = document.data;
  const components = withinBytes(
    all.map(({ type, name, version, purl }) => ({
      type,
      name,
      ...(version ? { version } : {}),
      ...(purl ? { purl } : {}),
    })),
  );
  return {
    format: 'CycloneDX',
    specVersion,
    total: all.length,
    truncated: components.length < all.length,
    components,
  };
}

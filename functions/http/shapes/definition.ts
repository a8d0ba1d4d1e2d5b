/** What agents are given to carry out: lib/domain/agent.ts in the words of a schema. */
import { z } from 'zod';
import { CLUSTER_UID, shown } from '../../../lib/api/schemas/shown.ts';

const ms = z.int().meta({ example: 600_000 });
const metric = z.object({ percent: z.number().meta({ example: 90 }), windowMs: ms });

const object = z.record(z.string(), z.unknown());

const PACK = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('manifests'),
    name: shown('network-policies'),
    version: shown('1.0.0'),
    objects: z.array(object),
  }),
  z.object({
    kind: z.literal('chart'),
    name: shown('prometheus'),
    version: shown('1.0.0'),
    repository: shown('https://prometheus-community.github.io/helm-charts'),
    chart: shown('prometheus'),
    chartVersion: shown('27.19.0'),
    namespace: shown('monitoring'),
    release: shown('prometheus'),
    values: object,
  }),
]);

export const DEFINITION = z
  .object({
    cluster: CLUSTER_UID,
    generation: z.int().meta({ description: "Of the cluster's spec", example: 3 }),
    revision: shown('3.0').meta({ description: 'Changes with the spec and with what there is to do' }),
    kubernetesVersion: shown('1.33.2'),
    thresholds: z.object({
      unhealthyAfterMs: ms,
      metrics: z.object({ cpu: metric, memory: metric, disk: metric }),
    }),
    beatAfterMs: ms,
    reportEveryMs: ms,
    packs: z.array(PACK).meta({ description: 'In the order in which they are installed' }),
    operations: z
      .array(z.object({ id: shown('kubeBench-20261121-020000'), spec: object, cancelled: z.boolean() }))
      .meta({ description: 'To be carried out or cancelled, oldest first' }),
  })
  .meta({ id: 'Definition' });

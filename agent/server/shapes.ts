/** What the control plane answers, parsed where it arrives: a proxy on the way may answer anything. */
import { z } from 'zod';
import {
  type DefinedOperation,
  type Definition,
  type EnrollAnswer,
  type HeartbeatAnswer,
  SCAN_KINDS,
} from '../../lib/domain/agent.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';

/** Milliseconds. An answer cannot make the agent hammer, nor fall silent for good. */
const Interval = z.number().transform((ms) => Math.min(Math.max(ms, 1_000), 3_600_000));

export const EnrollAnswerShape: z.ZodType<EnrollAnswer> = z.object({
  credential: z.string().min(1).max(4096),
  expiresAt: z.iso.datetime(),
  renewAt: z.iso.datetime(),
});

export const HeartbeatAnswerShape: z.ZodType<HeartbeatAnswer> = z.object({
  serverTime: z.iso.datetime(),
  ignored: z.literal('replayed').exactOptional(),
  beatAfterMs: Interval,
  reportEveryMs: Interval,
  revision: z.string().max(128),
});

const Values: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const Threshold = z.object({ percent: z.number(), windowMs: z.number() });

const Named = { name: z.string().min(1).max(253), version: z.string().max(128) };
const Pack = z.discriminatedUnion('kind', [
  z.object({ ...Named, kind: z.literal('manifests'), objects: z.array(Values) }),
  z.object({
    ...Named,
    kind: z.literal('chart'),
    repository: z.string().regex(/^(?:https|oci):\/\//),
    // A name that starts with a dash would be an option of the helm program.
    chart: z.string().regex(/^[A-Za-z0-9][\w./-]*$/),
    chartVersion: z.string().regex(/^[A-Za-z0-9][\w.+-]*$/),
    namespace: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    release: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    values: Values,
  }),
]);

const Namespaces = z.array(z.string()).exactOptional();
const OperationSpec = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), scan: z.enum(SCAN_KINDS) }),
  z.object({
    kind: z.literal('backup'),
    location: z.string().exactOptional(),
    retentionHours: z.number().positive(),
    namespaces: Namespaces,
    includeDisks: z.boolean(),
  }),
  z.object({ kind: z.literal('restore'), backup: z.string(), namespaces: Namespaces }),
  z.object({ kind: z.literal('patch'), rebootIfRequired: z.boolean() }),
]);

// Part of the names of Jobs and of label values.
const Operation = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,60}$/),
  spec: OperationSpec,
  cancelled: z.boolean(),
});

/** A newer control plane may ask for kinds that this agent does not know yet: the rest is still to be done. */
const known = <T>(shape: z.ZodType<T>) =>
  z.array(z.unknown()).transform((items) =>
    items.flatMap((item) => {
      const parsed = shape.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    }),
  );

export const DefinitionShape: z.ZodType<Definition> = z.object({
  cluster: z.string(),
  generation: z.number().int(),
  revision: z.string().max(128),
  kubernetesVersion: z.string(),
  thresholds: z.object({
    unhealthyAfterMs: z.number(),
    metrics: z.object({ cpu: Threshold, memory: Threshold, disk: Threshold }),
  }),
  beatAfterMs: Interval,
  reportEveryMs: Interval,
  // A pack that is not understood must not look as if it had been taken away: then nothing is done at all.
  packs: z.array(Pack),
  operations: known<DefinedOperation>(Operation),
});

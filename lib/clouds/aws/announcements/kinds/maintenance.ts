/**
 * «AWS Health Event» of EC2's scheduled changes: docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html
 * One event may name several instances; other events of AWS Health say nothing about machines.
 */
import { z } from 'zod';
import { InstanceId, type ReadDetail } from './kind.ts';

const MAX_ENTITIES = 1_000;
const MAX_CODE = 128;

const Detail = z.object({
  service: z.string(),
  eventTypeCategory: z.string(),
  eventTypeCode: z.string().max(MAX_CODE),
  startTime: z.string().max(MAX_CODE).optional(),
  affectedEntities: z
    .array(z.object({ entityValue: z.string() }))
    .max(MAX_ENTITIES)
    .default([]),
});

export const readMaintenance: ReadDetail = (detail) => {
  const parsed = Detail.safeParse(detail);
  if (!parsed.success) return undefined;
  const { service, eventTypeCategory, eventTypeCode, startTime, affectedEntities } = parsed.data;
  if (service !== 'EC2' || eventTypeCategory !== 'scheduledChange') return [];
  const when = startTime === undefined ? '' : ` at ${startTime}`;
  const message = `AWS has scheduled maintenance of this instance${when} (${eventTypeCode}).`;
  return affectedEntities.flatMap(({ entityValue }) => {
    const machineId = InstanceId.safeParse(entityValue);
    return machineId.success ? [{ machineId: machineId.data, notice: { kind: 'maintenance', message } }] : [];
  });
};

/**
 * «EC2 Instance State-change Notification»: docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 * Starts are what we asked for; a machine that ends or stops is worth a look at once.
 */
import { z } from 'zod';
import { InstanceId, type ReadDetail } from './kind.ts';

const Detail = z.object({ 'instance-id': InstanceId, state: z.string().max(32) });
const ENDING = new Set(['shutting-down', 'stopping', 'stopped', 'terminated']);

export const readStateChange: ReadDetail = (detail) => {
  const parsed = Detail.safeParse(detail);
  if (!parsed.success) return undefined;
  const { 'instance-id': machineId, state } = parsed.data;
  if (!ENDING.has(state)) return [];
  return [{ machineId, notice: { kind: 'state-change', message: `The instance is ${state}.` } }];
};

/**
 * «EC2 Spot Instance Interruption Warning», two minutes ahead, best effort:
 * docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
import { z } from 'zod';
import { InstanceId, type ReadDetail } from './kind.ts';

const Detail = z.object({ 'instance-id': InstanceId, 'instance-action': z.string().max(32) });

export const readInterruption: ReadDetail = (detail) => {
  const parsed = Detail.safeParse(detail);
  if (!parsed.success) return undefined;
  const { 'instance-id': machineId, 'instance-action': action } = parsed.data;
  const message = `EC2 takes this spot instance back in two minutes (${action}).`;
  return [{ machineId, notice: { kind: 'interruption', message } }];
};

/**
 * «EC2 Instance Rebalance Recommendation»: an interruption has become likely.
 * docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
 */
import { z } from 'zod';
import { InstanceId, type ReadDetail } from './kind.ts';

const Detail = z.object({ 'instance-id': InstanceId });

export const readRebalance: ReadDetail = (detail) => {
  const parsed = Detail.safeParse(detail);
  if (!parsed.success) return undefined;
  const message = 'EC2 recommends to move away from this spot instance: it is likely to be taken back.';
  return [{ machineId: parsed.data['instance-id'], notice: { kind: 'rebalance', message } }];
};

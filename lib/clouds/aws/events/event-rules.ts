/**
 * What EC2 announces about machines, as EventBridge patterns. Pure. Sources: docs.aws.amazon.com/AWSEC2/latest/UserGuide
 * (spot-instance-termination-notices, rebalance-recommendations, monitoring-instance-state-changes) and
 * docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html
 */
import { canonical } from '../../../domain/canonical.ts';
import { EVENT_QUEUE } from '../names.ts';

export interface EventRule {
  readonly name: string;
  /** Canonical, so that equal patterns are equal texts. */
  readonly pattern: string;
}

const rule = (name: string, pattern: unknown): EventRule => ({
  name: `${EVENT_QUEUE}-${name}`,
  pattern: canonical(pattern),
});

export const EVENT_RULES: readonly EventRule[] = [
  rule('interruption', {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Spot Instance Interruption Warning'],
  }),
  rule('rebalance', {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Instance Rebalance Recommendation'],
  }),
  rule('state-change', {
    source: ['aws.ec2'],
    'detail-type': ['EC2 Instance State-change Notification'],
    // Machines that start are waited for anyway.
    detail: { state: ['shutting-down', 'stopped', 'stopping', 'terminated'] },
  }),
  rule('maintenance', {
    source: ['aws.health'],
    'detail-type': ['AWS Health Event'],
    detail: { service: ['EC2'], eventTypeCategory: ['scheduledChange'] },
  }),
];

/** EventBridge may send to the queue, for rules of this name only; nobody else may. */
export function queuePolicy(queueArn: string): string {
  return canonical({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnLike: { 'aws:SourceArn': `arn:*:events:*:*:rule/${EVENT_QUEUE}-*` } },
      },
    ],
  });
}

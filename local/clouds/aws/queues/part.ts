/** SQS. */
import type { Part } from '../core/operation.ts';
import { messageOperations } from './message-operations.ts';
import { queueOperations } from './queue-operations.ts';
import { queuesOf } from './store.ts';

export const queuesPart: Part = {
  operations: { sqs: { ...queueOperations, ...messageOperations } },
  inventory: (world) =>
    queuesOf(world)
      .values()
      .map(({ region, arn, name, tags }) => ({
        cloud: 'aws',
        region,
        kind: 'AWS::SQS::Queue',
        id: arn,
        name,
        tags,
        state: 'available',
      })),
};

/** Instances, their volumes and the spot market. */
import type { Part } from '../core/operation.ts';
import { targetOf } from '../core/shelf.ts';
import { attributeOperations } from './attribute-operations.ts';
import { instanceOperations } from './instance-operations.ts';
import { INSTANCE, SPOT_REQUEST, VOLUME } from './kinds.ts';
import { runInstances } from './launch.ts';
import { offerOperations } from './offer-operations.ts';
import { spotOperations } from './spot-operations.ts';
import { turns } from './turns.ts';
import { volumeOperations } from './volume-operations.ts';

export const computePart: Part = {
  operations: {
    ec2: {
      RunInstances: runInstances,
      ...instanceOperations,
      ...attributeOperations,
      ...offerOperations,
      ...spotOperations,
      ...volumeOperations,
    },
  },
  targets: [targetOf(INSTANCE), targetOf(VOLUME), targetOf(SPOT_REQUEST)],
  due: turns,
};

/** Tags of all kinds of EC2 resources, and the end of what no reader sees any more. */

import type { Part } from './operation.ts';
import { FORGET } from './shelf.ts';
import { tagOperations } from './tag-operations.ts';

export const corePart: Part = {
  operations: { ec2: tagOperations },
  due: {
    [FORGET]: (world, id) => {
      const [type, resource = ''] = id.split('/');
      world.targets.find((target) => target.type === type)?.forget(world, resource);
    },
  },
};

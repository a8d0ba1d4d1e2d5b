/** Where long-running operations are asked about, in every namespace and under any api-version. */
import { ArmError } from '../errors.ts';
import { findOperation, operationResult, operationStatus } from '../operations.ts';
import type { Operation } from '../state.ts';
import type { ArmRequest, Route, World } from '../world.ts';

function found(world: World, request: ArmRequest): Operation {
  const operation = findOperation(world, request);
  if (operation) return operation;
  throw new ArmError(404, 'NotFound', `The operation '${request.param('operation')}' was not found.`, {
    bare: true,
  });
}

const LOCATION = '/subscriptions/{subscription}/providers/{namespace}/locations/{location}';

export const operationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${LOCATION}/operations/{operation}`,
    operation: 'operations.get',
    limit: 'getOperationStatus',
    handle: (world, request) => operationStatus(found(world, request)),
  },
  {
    method: 'GET',
    path: `${LOCATION}/operationresults/{operation}`,
    operation: 'operations.getResult',
    limit: 'getOperationStatus',
    handle: (world, request) => operationResult(request, found(world, request)),
  },
];

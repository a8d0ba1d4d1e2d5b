/**
 * Many operations in one request. A transactional batch is all or nothing in one partition: when one operation fails
 * the others answer 424 and nothing is written. A bulk request has no such bond.
 */
import { z } from 'zod';
import { MISS_CHARGE } from '../../lib/store/request-units.ts';
import type { Container } from './container.ts';
import { DOCUMENT, MAX_BATCH_OPERATIONS } from './definitions.ts';
import { badRequest, CosmosError } from './errors.ts';
import { type Operation, operate } from './operations.ts';
import { PATCH } from './patch.ts';

const PRECONDITIONS = {
  ifMatch: z.string().optional(),
  ifNoneMatch: z.string().optional(),
  /** JSON text, in bulk requests only: there each operation has a partition of its own. */
  partitionKey: z.string().optional(),
};

const BATCH_OPERATION = z.discriminatedUnion('operationType', [
  z.object({ operationType: z.enum(['Create', 'Upsert']), resourceBody: DOCUMENT, ...PRECONDITIONS }),
  z.object({
    operationType: z.literal('Replace'),
    id: z.string(),
    resourceBody: DOCUMENT,
    ...PRECONDITIONS,
  }),
  z.object({ operationType: z.literal('Patch'), id: z.string(), resourceBody: PATCH, ...PRECONDITIONS }),
  z.object({ operationType: z.enum(['Read', 'Delete']), id: z.string(), ...PRECONDITIONS }),
]);

export const BATCH = z.array(BATCH_OPERATION).min(1).max(MAX_BATCH_OPERATIONS);

type BatchOperation = z.infer<typeof BATCH_OPERATION>;

export interface BatchResult {
  readonly statusCode: number;
  readonly requestCharge: number;
  readonly eTag?: string;
  readonly resourceBody?: unknown;
}

export interface BatchAnswer {
  readonly status: 200 | 207;
  readonly results: readonly BatchResult[];
  readonly charge: number;
}

/** 207 says that an operation failed and nothing was written. */
export function runBatch(
  container: Container,
  partition: string,
  operations: readonly BatchOperation[],
): BatchAnswer {
  const results: BatchResult[] = [];
  try {
    container.atomically(partition, () => {
      for (const operation of operations) results.push(run(container, operation, partition));
    });
    return answered(200, results);
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error;
    const failedAt = results.length;
    const failures = operations.map((_, index) => failed(index === failedAt ? error.status : 424));
    return answered(207, failures);
  }
}

/** Each for itself. */
export function runBulk(container: Container, operations: readonly BatchOperation[]): BatchAnswer {
  const results = operations.map((operation): BatchResult => {
    try {
      return run(container, operation, operation.partitionKey);
    } catch (error) {
      if (!(error instanceof CosmosError)) throw error;
      return failed(error.status);
    }
  });
  return answered(200, results);
}

function run(container: Container, operation: BatchOperation, partition: string | undefined): BatchResult {
  const { status, charge, etag, body } = operate(container, operationOf(operation, partition));
  return {
    statusCode: status,
    requestCharge: charge,
    ...(etag !== undefined && { eTag: etag }),
    ...(body && { resourceBody: body }),
  };
}

function operationOf(given: BatchOperation, partition: string | undefined): Operation {
  if (partition === undefined) throw badRequest('A batch operation has no partition key.');
  const ifMatch = given.ifMatch === undefined ? {} : { ifMatch: given.ifMatch };
  switch (given.operationType) {
    case 'Create':
      return { kind: 'create', partition, document: given.resourceBody };
    case 'Upsert':
      return { kind: 'upsert', partition, document: given.resourceBody, ...ifMatch };
    case 'Replace':
      return { kind: 'replace', partition, id: given.id, document: given.resourceBody, ...ifMatch };
    case 'Patch':
      return { kind: 'patch', partition, id: given.id, patch: given.resourceBody, ...ifMatch };
    case 'Read': {
      const ifNoneMatch = given.ifNoneMatch === undefined ? {} : { ifNoneMatch: given.ifNoneMatch };
      return { kind: 'read', partition, id: given.id, ...ifNoneMatch };
    }
    case 'Delete':
      return { kind: 'delete', partition, id: given.id, ...ifMatch };
  }
}

function failed(statusCode: number): BatchResult {
  return { statusCode, requestCharge: MISS_CHARGE };
}

function answered(status: 200 | 207, results: readonly BatchResult[]): BatchAnswer {
  return { status, results, charge: results.reduce((sum, { requestCharge }) => sum + requestCharge, 0) };
}

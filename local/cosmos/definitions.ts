/** What clients say about databases and containers, parsed; and the limits of Cosmos DB that the server keeps. */
import { z } from 'zod';

/** Microsoft, «Azure Cosmos DB service quotas»: item size, and operations and size of a transactional batch. */
export const MAX_BYTES = 2 * 1024 * 1024;
export const MAX_BATCH_OPERATIONS = 100;

const ID = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\\?#]+$/);

export const DATABASE = z.looseObject({ id: ID });

const PATH = z.looseObject({ path: z.string() });
const COMPOSITE_PATH = z.object({ path: z.string(), order: z.enum(['ascending', 'descending']).optional() });

export const CONTAINER = z.looseObject({
  id: ID,
  partitionKey: z.looseObject({ paths: z.array(z.string().startsWith('/')).min(1).max(3) }),
  /** Seconds; -1: only documents with a `ttl` of their own expire. Absent: nothing does. */
  defaultTtl: z.number().int().optional(),
  indexingPolicy: z
    .looseObject({
      includedPaths: z.array(PATH).optional(),
      excludedPaths: z.array(PATH).optional(),
      compositeIndexes: z.array(z.array(COMPOSITE_PATH)).optional(),
    })
    .optional(),
  uniqueKeyPolicy: z
    .looseObject({ uniqueKeys: z.array(z.looseObject({ paths: z.array(z.string()) })) })
    .optional(),
});

export type ContainerDefinition = z.infer<typeof CONTAINER>;

export const QUERY = z.object({
  query: z.string(),
  parameters: z.array(z.object({ name: z.string(), value: z.json().optional() })).optional(),
});

export type QueryBody = z.infer<typeof QUERY>;

/** A document of any shape. */
export const DOCUMENT = z.record(z.string(), z.json());

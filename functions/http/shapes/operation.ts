/** What the routes of day-2 operations have in common: finding one, and answers with one or many. */
import { z } from 'zod';
import { answer } from '../../../lib/api/answer.ts';
import type { LocateInput, Missing } from '../../../lib/api/contract.ts';
import { renderOperation } from '../../../lib/api/render-operation.ts';
import type { Deps } from '../../../lib/deps.ts';
import type { ClusterDocument, JsonObject } from '../../../lib/domain/cluster.ts';
import type { Finding } from '../../../lib/domain/findings.ts';
import type { OperationDocument, OperationKind } from '../../../lib/operations/document.ts';
import { isOfKind, readOperation } from '../../../lib/operations/read.ts';
import { waitingMessages } from '../../../lib/operations/waiting.ts';
import type { Done } from '../audited.ts';
import { CLUSTER_TARGET } from './cluster.ts';
import { FINDING, toFinding } from './finding.ts';
import { CLUSTER } from './paths.ts';

/** The name of each kind in addresses and codes. */
export const PLURALS = {
  scan: 'scans',
  backup: 'backups',
  restore: 'restores',
  patch: 'patches',
} as const satisfies Record<OperationKind, string>;

export const OPERATION_PATH = z.object({
  ...CLUSTER.shape,
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .meta({ description: 'Id of the operation' }),
});
export type OperationPath = z.output<typeof OPERATION_PATH>;

export interface OperationTarget {
  readonly cluster: ClusterDocument;
  readonly operation: OperationDocument;
}

/** An operation of another kind is none of this route's. */
export function operationTarget(kind: OperationKind) {
  return {
    what: kind,
    async find(input: LocateInput<OperationPath>): Promise<OperationTarget | Missing | undefined> {
      const cluster = await CLUSTER_TARGET.find(input);
      if (!cluster) return { missing: CLUSTER_TARGET.what };
      const { id } = input.params;
      if (!isOfKind(id, kind)) return undefined;
      const stored = await readOperation(input.deps, cluster.id, id);
      return stored && { cluster, operation: stored.document };
    },
  };
}

/** The view of a kind with the warnings of a write. */
export function withWarnings<T extends z.ZodRawShape>(view: z.ZodReadonly<z.ZodObject<T>>) {
  return z.object({ ...view.unwrap().shape, warnings: z.array(FINDING).optional() });
}

/** Each as people read it; what waits says what it waits for. */
export async function renderAll(
  deps: Pick<Deps, 'store'>,
  cluster: ClusterDocument,
  operations: readonly OperationDocument[],
  data?: JsonObject,
): Promise<readonly JsonObject[]> {
  const waiting = operations.filter(({ state }) => state === 'Pending');
  const messages = waiting.length === 0 ? undefined : await waitingMessages(deps, cluster.id, waiting);
  return operations.map((operation) => {
    const message = messages?.get(operation.operation) ?? operation.message;
    return renderOperation({ ...operation, message }, data);
  });
}

export interface OperationAnswer {
  readonly status: number;
  readonly location?: string;
  readonly warnings?: readonly Finding[];
}

export async function operationAnswer(
  deps: Pick<Deps, 'store'>,
  { cluster, operation }: OperationTarget,
  { status, location, warnings = [] }: OperationAnswer,
): Promise<Done> {
  const [body] = await renderAll(deps, cluster, [operation]);
  return {
    answer: answer(
      status,
      { ...body, ...(warnings.length > 0 && { warnings: warnings.map(toFinding) }) },
      location === undefined ? {} : { location },
    ),
    uid: cluster.id,
  };
}

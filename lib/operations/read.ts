/** Reading operations: one, what the agent reported of it, and pages of them, newest first. */
import type { Deps } from '../deps.ts';
import type { JsonObject } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import type { Stored } from '../store/port.ts';
import {
  documentId,
  type OperationDocument,
  type OperationKind,
  type ResultDocument,
  resultId,
} from './document.ts';

type StoreDeps = Pick<Deps, 'store'>;

/** Ids of other kinds than this are of no operation here: what begins with `scan-` is a scan. */
export function isOfKind(operation: string, kind: OperationKind): boolean {
  return operation.startsWith(`${kind}-`);
}

export function readOperation(
  { store }: StoreDeps,
  cluster: ClusterId,
  operation: string,
): Promise<Stored<OperationDocument> | undefined> {
  return store.read<OperationDocument>(clusterAddress(cluster), documentId(operation));
}

/** `undefined`: the agent reported nothing that is worth keeping. */
export async function readResult(
  { store }: StoreDeps,
  cluster: ClusterId,
  operation: string,
): Promise<JsonObject | undefined> {
  const stored = await store.read<ResultDocument>(clusterAddress(cluster), resultId(operation));
  return stored?.document.data;
}

export interface OperationQuery {
  readonly kind: OperationKind;
  /** 1..100 */
  readonly limit: number;
  readonly continuation?: string;
  admits(operation: OperationDocument): boolean;
}

export interface OperationPage {
  readonly items: readonly OperationDocument[];
  readonly continuation?: string;
}

/** Pages that one request reads while its filters leave nothing over: bounds the work of a rare match. */
const MAX_PAGES = 10;

/** Newest first. A page may be shorter than asked while there is more. Throws ContinuationInvalidError. */
export async function listOperations(
  { store }: StoreDeps,
  cluster: ClusterId,
  query: OperationQuery,
): Promise<OperationPage> {
  let continuation = query.continuation;
  const items: OperationDocument[] = [];
  for (let read = 0; read < MAX_PAGES; read += 1) {
    const page = await store.query<OperationDocument>({
      ...clusterAddress(cluster),
      where: [
        { field: 'type', is: '=', value: 'operation' },
        { field: 'id', is: 'startsWith', value: documentId(`${query.kind}-`) },
      ],
      orderBy: { field: 'id', direction: 'desc' },
      limit: query.limit - items.length,
      ...(continuation !== undefined && { continuation }),
    });
    items.push(...page.items.map(({ document }) => document).filter((document) => query.admits(document)));
    continuation = page.continuation;
    if (continuation === undefined || items.length === query.limit) break;
  }
  return { items, ...(continuation !== undefined && { continuation }) };
}

/**
 * Routes that every kind of operation has: reading many, reading one, cancelling one. A kind brings its name, its view
 * and its filters; what can be asked for differs by kind and stands in the routes themselves.
 */
import { z } from 'zod';
import { answer } from '../../../lib/api/answer.ts';
import { type Endpoint, endpoint } from '../../../lib/api/endpoint.ts';
import { pageQuery, toList } from '../../../lib/api/pagination.ts';
import { refused } from '../../../lib/api/refused.ts';
import {
  OPERATION_STATES,
  type OperationDocument,
  type OperationKind,
} from '../../../lib/operations/document.ts';
import { listOperations, readResult } from '../../../lib/operations/read.ts';
import { cancelOperation } from '../../../lib/operations/request.ts';
import { audited } from '../audited.ts';
import { CLUSTER_TARGET } from './cluster.ts';
import { OPERATION_PATH, operationAnswer, operationTarget, PLURALS, renderAll } from './operation.ts';
import { CLUSTER } from './paths.ts';
import { listOf } from './project.ts';

const TAG = 'Operations';
const ROUTE = 'v1/projects/{project}/clusters/{cluster}';

interface Route {
  readonly name: string;
  readonly kind: OperationKind;
  readonly summary: string;
  readonly view: z.ZodType;
}

/** `filter`: a query parameter of the kind's own, and what it compares. */
interface ListRoute extends Route {
  readonly filter?: {
    readonly name: string;
    readonly values: readonly [string, ...string[]];
    of(operation: OperationDocument): string;
  };
}

export function listRoute({ name, kind, summary, view, filter }: ListRoute): Endpoint {
  const list = PLURALS[kind];
  return endpoint(
    {
      name,
      method: 'GET',
      route: `${ROUTE}/${list}`,
      summary,
      tag: TAG,
      access: { role: 'viewer' },
      params: CLUSTER,
      query: z.object({
        ...pageQuery(list),
        state: z.enum(OPERATION_STATES).optional(),
        ...(filter ? { [filter.name]: z.enum(filter.values).optional() } : {}),
      }),
      locate: CLUSTER_TARGET,
      responses: {
        200: { description: 'Newest first; ended ones are kept for 90 days', schema: listOf(view) },
        422: { description: 'LIMIT_INVALID, CURSOR_INVALID, or a filter of no such value' },
      },
    },
    async ({ deps, target, query, url }) => {
      const { limit, continuation, state } = query;
      const wanted = filter && Reflect.get(query, filter.name);
      const page = await listOperations(deps, target.id, {
        kind,
        limit,
        ...(continuation !== undefined && { continuation }),
        admits: (operation) =>
          (state === undefined || operation.state === state) &&
          (wanted === undefined || filter?.of(operation) === wanted),
      });
      const items = await renderAll(deps, target, page.items);
      return answer(200, toList(list, url, { items, continuation: page.continuation }));
    },
  );
}

export function getRoute({ name, kind, summary, view }: Route): Endpoint {
  return endpoint(
    {
      name,
      method: 'GET',
      route: `${ROUTE}/${PLURALS[kind]}/{id}`,
      summary,
      tag: TAG,
      access: { role: 'viewer' },
      params: OPERATION_PATH,
      locate: operationTarget(kind),
      responses: { 200: { description: 'With what the agent reported of it', schema: view } },
    },
    async ({ deps, target: { cluster, operation } }) => {
      const data = await readResult(deps, cluster.id, operation.operation);
      const [body] = await renderAll(deps, cluster, [operation], data);
      return answer(200, body);
    },
  );
}

export function cancelRoute({ name, kind, summary, view }: Route): Endpoint {
  return endpoint(
    {
      name,
      method: 'DELETE',
      route: `${ROUTE}/${PLURALS[kind]}/{id}`,
      summary,
      tag: TAG,
      access: { role: 'editor' },
      params: OPERATION_PATH,
      locate: operationTarget(kind),
      responses: {
        200: { description: 'It was cancelled, or asked to stop, before', schema: view },
        202: { description: 'What waited is Cancelled; what runs is asked to stop', schema: view },
        409: { description: 'OPERATION_FINISHED' },
      },
    },
    audited({
      what: `${kind}.cancel`,
      object: ({ params }) => ({ kind, name: `${params.cluster}/${params.id}` }),
      async run({ deps, target: { cluster }, params }) {
        const outcome = await cancelOperation(deps, cluster, params.id);
        if (!outcome.ok) return refused(outcome.refusal);
        const { operation, changed } = outcome.value;
        return operationAnswer(deps, { cluster, operation }, { status: changed ? 202 : 200 });
      },
    }),
  );
}
